#include "config/reader.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/ascii.h"

namespace kip {

struct Reader::Node {
  std::string file;
  std::string path;  // "" for the root
  YAML::Node yaml;
  std::set<std::string> known;
  bool sound = true;

  int line_of(const std::string& key) const {
    if (yaml.IsMap()) {
      for (const auto& entry : yaml) {
        if (entry.first.IsScalar() && entry.first.Scalar() == key)
          return entry.first.Mark().line + 1;
      }
    }
    return yaml.Mark().line + 1;
  }
  std::string name_of(const std::string& key) const {
    return path.empty() ? key : path + "." + key;
  }
};

std::string to_string(const Problem& problem) {
  const std::string line = problem.line > 0 ? ":" + std::to_string(problem.line) : "";
  return problem.file + line + ": " + (problem.key.empty() ? "" : problem.key + ": ") +
         problem.message;
}

namespace {

// Fewer letters in common say nothing.
constexpr std::size_t kPartMin = 3;

// The least counts. A beginning that was meant stands before a part from within, and the edits of
// the whole words settle what is equal so far.
using Distance = std::pair<std::size_t, std::size_t>;

Distance distance(std::string_view word, std::string_view candidate) {
  std::vector<std::size_t> row(candidate.size() + 1);
  for (std::size_t j = 0; j <= candidate.size(); ++j) row[j] = j;
  std::size_t beginning = word.size() + candidate.size();  // of the one to the whole other
  for (std::size_t i = 1; i <= word.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= candidate.size(); ++j) {
      const std::size_t above = row[j];
      const std::size_t cost = ascii_lower(word[i - 1]) == ascii_lower(candidate[j - 1]) ? 0 : 1;
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + cost});
      diagonal = above;
    }
    if (i >= kPartMin && candidate.size() >= kPartMin) beginning = std::min(beginning, row.back());
  }
  for (std::size_t j = kPartMin; j <= candidate.size() && word.size() >= kPartMin; ++j) {
    beginning = std::min(beginning, row[j]);
  }
  const auto same = [](char a, char b) { return ascii_lower(a) == ascii_lower(b); };
  const auto holds = [&](std::string_view whole, std::string_view part) {
    return part.size() >= kPartMin &&
           std::search(whole.begin(), whole.end(), part.begin(), part.end(), same) != whole.end();
  };
  const std::size_t edits = row.back();
  std::size_t near = std::min(edits, beginning + 1);
  if (holds(candidate, word) || holds(word, candidate)) near = std::min<std::size_t>(near, 2);
  return {near, edits};
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  const auto nearer = [&](const std::string& a, const std::string& b) {
    return distance(word, a) < distance(word, b);
  };
  const auto best = std::min_element(candidates.begin(), candidates.end(), nearer);
  return best == candidates.end() ? std::string() : *best;
}

std::string nearest_hint(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string near = nearest(word, candidates);
  return near.empty() ? "" : "; nearest: " + near;
}

Reader::Reader(std::shared_ptr<Node> node, Problems* problems)
    : node_(std::move(node)), problems_(problems) {}

Reader Reader::parse(const std::string& file, const std::string& text, Problems& problems) {
  auto node = std::make_shared<Node>();
  node->file = file;
  try {
    node->yaml = YAML::Load(text);
  } catch (const YAML::Exception& e) {
    problems.push_back({file, e.mark.line + 1, "", "no YAML: " + e.msg});
    return Reader(node, nullptr).below("");
  }
  if (!node->yaml.IsMap()) {
    problems.push_back({file, 1, "", "the file must be a mapping of keys"});
    return Reader(node, nullptr).below("");
  }
  return {node, &problems};
}

Reader Reader::missing(const std::string& file, Problems& problems) {
  problems.push_back({file, 0, "", "the file is missing"});
  auto node = std::make_shared<Node>();
  node->file = file;
  return Reader(node, nullptr).below("");
}

Reader Reader::below(const std::string& name) const {
  auto node = std::make_shared<Node>();
  node->file = node_->file;
  node->path = name;
  node->yaml = YAML::Node(YAML::NodeType::Map);
  return {node, nullptr};
}

void Reader::report(int line, const std::string& name, const std::string& message) {
  node_->sound = false;
  if (problems_) problems_->push_back({node_->file, line, name, message});
}

int Reader::line() const { return node_->yaml.Mark().line + 1; }

void Reader::wrong(const std::string& key, const std::string& message) {
  report(node_->line_of(key), node_->name_of(key), message);
}

Problem Reader::remark(const std::string& key, const std::string& message) const {
  return {node_->file, node_->line_of(key), node_->name_of(key), message};
}

bool Reader::sound() const { return node_->sound; }

bool Reader::has_nothing(const std::string& key) const {
  node_->known.insert(key);
  const YAML::Node value = node_->yaml[key];
  return value.IsDefined() &&
         (value.IsNull() || ((value.IsSequence() || value.IsMap()) && value.size() == 0));
}

bool Reader::has(const std::string& key) const {
  node_->known.insert(key);
  return node_->yaml[key].IsDefined() && !node_->yaml[key].IsNull();
}

std::optional<std::string> Reader::scalar(const std::string& key, bool required) {
  if (!has(key)) {
    if (required) wrong(key, "missing");
    return std::nullopt;
  }
  const YAML::Node value = node_->yaml[key];
  if (!value.IsScalar()) {
    wrong(key, "must be a single value");
    return std::nullopt;
  }
  return value.Scalar();
}

std::string Reader::text(const std::string& key) { return scalar(key, true).value_or(""); }
std::optional<std::string> Reader::optional_text(const std::string& key) {
  return scalar(key, false);
}

std::optional<std::int64_t> Reader::optional_integer(const std::string& key, std::int64_t min,
                                                     std::int64_t max) {
  const auto value = scalar(key, false);
  if (!value) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, ec] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (ec != std::errc() || end != value->data() + value->size() || number < min || number > max) {
    wrong(key, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max) +
                   ", not '" + *value + "'");
    return std::nullopt;
  }
  return number;
}

std::int64_t Reader::integer(const std::string& key, std::int64_t min, std::int64_t max) {
  if (!has(key)) {
    wrong(key, "missing");
    return min;
  }
  return optional_integer(key, min, max).value_or(min);
}

std::optional<double> Reader::optional_number(const std::string& key, double min, double max) {
  const auto value = scalar(key, false);
  if (!value) return std::nullopt;
  double number = 0;
  const auto [end, ec] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (ec != std::errc() || end != value->data() + value->size() ||
      !(number >= min && number <= max)) {
    wrong(key, "must be a number from " + std::to_string(min) + " to " + std::to_string(max) +
                   ", not '" + *value + "'");
    return std::nullopt;
  }
  return number;
}

double Reader::number(const std::string& key, double min, double max) {
  if (!has(key)) {
    wrong(key, "missing");
    return min;
  }
  return optional_number(key, min, max).value_or(min);
}

namespace {

// "0.000001", "10000": without zeros that say nothing.
std::string decimal(std::int64_t millionths) {
  std::string text = std::to_string(millionths / 1'000'000);
  std::string part = std::to_string(1'000'000 + millionths % 1'000'000).substr(1);
  part.erase(part.find_last_not_of('0') + 1);
  return part.empty() ? text : text + "." + part;
}

}  // namespace

std::optional<std::int64_t> Reader::optional_millionths(const std::string& key,
                                                        const std::string& what, std::int64_t min,
                                                        std::int64_t max) {
  const auto value = scalar(key, false);
  if (!value) return std::nullopt;
  const auto dot = value->find('.');
  std::string whole = value->substr(0, dot);
  std::string part = dot == std::string::npos ? "" : value->substr(dot + 1);
  const auto all_digits = [](const std::string& s) {
    return std::all_of(s.begin(), s.end(), [](char c) { return is_digit(c); });
  };
  std::int64_t number = -1;
  if (!whole.empty() && whole.size() < 7 && part.size() <= 6 && all_digits(whole) &&
      all_digits(part)) {
    part.resize(6, '0');
    number = std::stoll(whole) * 1'000'000 + std::stoll(part);
  }
  if (number < min || number > max) {
    wrong(key, "must be " + what + " from " + decimal(min) + " to " + decimal(max) +
                   " with at most 6 decimals, not '" + *value + "'");
    return std::nullopt;
  }
  return number;
}

std::optional<bool> Reader::optional_flag(const std::string& key) {
  const auto value = scalar(key, false);
  if (!value) return std::nullopt;
  if (*value == "true") return true;
  if (*value == "false") return false;
  wrong(key, "must be true or false, not '" + *value + "'");
  return std::nullopt;
}

bool Reader::flag(const std::string& key) {
  if (!has(key)) wrong(key, "missing");
  return optional_flag(key).value_or(false);
}

std::size_t Reader::choice(const std::string& key, const std::vector<std::string>& words) {
  const auto value = scalar(key, true);
  if (!value) return 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == *value) return i;
  }
  std::string all;
  for (const auto& word : words) all += (all.empty() ? "" : ", ") + word;
  wrong(key, "'" + *value + "' is none of " + all + nearest_hint(*value, words));
  return 0;
}

std::optional<std::vector<std::string>> Reader::optional_list(const std::string& key) {
  if (!has(key)) return std::nullopt;
  const YAML::Node value = node_->yaml[key];
  std::vector<std::string> out;
  if (!value.IsSequence()) {
    wrong(key, "must be a list");
    return out;
  }
  for (const auto& entry : value) {
    if (!entry.IsScalar()) {
      wrong(key, "must be a list of single values");
    } else if (std::find(out.begin(), out.end(), entry.Scalar()) != out.end()) {
      wrong(key, "'" + entry.Scalar() + "' stands twice");
    } else {
      out.push_back(entry.Scalar());
    }
  }
  return out;
}

std::optional<Reader> Reader::optional_section(const std::string& key) {
  if (!has(key)) return std::nullopt;
  auto node = std::make_shared<Node>();
  node->file = node_->file;
  node->path = node_->name_of(key);
  node->yaml = node_->yaml[key];
  if (!node->yaml.IsMap()) {
    wrong(key, "must be a mapping of keys");
    return below(node->path);
  }
  return Reader(node, problems_);
}

Reader Reader::section(const std::string& key) {
  if (auto found = optional_section(key)) return *found;
  wrong(key, "missing");
  return below(node_->name_of(key));
}

std::vector<Reader> Reader::optional_sections(const std::string& key) {
  std::vector<Reader> out;
  if (!has(key)) return out;
  const YAML::Node value = node_->yaml[key];
  if (!value.IsSequence()) {
    wrong(key, "must be a list");
    return out;
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    auto node = std::make_shared<Node>();
    node->file = node_->file;
    node->path = node_->name_of(key) + "[" + std::to_string(i) + "]";
    node->yaml = value[i];
    if (!node->yaml.IsMap()) {
      report(node->yaml.Mark().line + 1, node->path, "must be a mapping of keys");
      continue;
    }
    out.push_back(Reader(node, problems_));
  }
  return out;
}

std::vector<Reader> Reader::sections(const std::string& key) {
  if (!has(key)) wrong(key, "missing");
  return optional_sections(key);
}

void Reader::done() {
  std::set<std::string> met;
  for (const auto& entry : node_->yaml) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
    const int line = entry.first.Mark().line + 1;
    if (!met.insert(key).second) {
      report(line, node_->name_of(key), "stands twice");
    }
    if (node_->known.contains(key)) continue;
    const std::vector<std::string> known(node_->known.begin(), node_->known.end());
    report(line, node_->name_of(key), "unknown key" + nearest_hint(key, known));
  }
}

}  // namespace kip
