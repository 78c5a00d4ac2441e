#include "directory/people_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "directory/contact.h"
#include "directory/draft.h"
#include "directory/xlsx.h"
#include "registry/read_parts.h"

namespace kip {
namespace {

struct Column {
  const char* key;  // as people.yaml has it
  const char* heading;
};
constexpr Column kColumns[] = {
    {"id", "mã"},
    {"role", "chức danh"},
    {"unit", "đơn vị"},
    {"email", "email"},
    {"phone", "điện thoại"},
    {"zalo", "zalo"},
    {"language", "ngôn ngữ"},
    {"channels", "kênh"},
    {"digest_at", "giờ bản tin"},
    {"quiet_from", "yên lặng từ"},
    {"quiet_until", "yên lặng đến"},
    {"post", "vai trò"},
    {"from", "từ ngày"},
    {"until", "đến ngày"},
    {"for", "thay cho"},
    {"fields", "lĩnh vực"},
    {"units", "đơn vị phụ trách"},
};
constexpr const char* kNeeded[] = {"id", "role", "unit", "post"};
// What is said of a person once, in the first row of the mã.
constexpr const char* kOfPerson[] = {"role",      "email",      "phone",
                                     "zalo",      "language",   "channels",
                                     "digest_at", "quiet_from", "quiet_until"};

constexpr std::size_t kMistakesMax = 1'000;  // to name one more takes a look at every unit

enum class PostWord { kNone, kHead, kDeputy, kSubstitute, kSuperior, kDefault, kParty };
const std::vector<std::string> kPostWords = {
    "trưởng", "phó", "người thay", "cấp trên", "cấp trên mặc định", "cấp trên khối Đảng"};

std::vector<std::string> split(std::string_view text, std::string_view marks) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = text.find_first_of(marks);
    std::string_view part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const auto from = part.find_first_not_of(" \n\r\t");
    if (from == std::string_view::npos) continue;
    out.emplace_back(part.substr(from, part.find_last_not_of(" \n\r\t") - from + 1));
  }
  return out;
}

std::optional<double> as_number(const Cell& cell) {
  double value = 0;
  const char* end = cell.text.data() + cell.text.size();
  const auto read = std::from_chars(cell.text.data(), end, value);
  if (!cell.number || read.ec != std::errc() || read.ptr != end) return std::nullopt;
  if (!std::isfinite(value)) return std::nullopt;
  return value;
}

// 46350 of a sheet, 24/11/2026, 2026-11-24.
std::optional<LocalDay> day_of(const Cell& cell, bool from_1904) {
  if (const auto days = as_number(cell)) {
    constexpr double kYear9999 = 2'958'465;
    if (*days < 61 || *days > kYear9999) return std::nullopt;  // 60: a day that never was
    using std::chrono::year;
    const LocalDay first =
        from_1904 ? LocalDay{year{1904} / 1 / 1} : LocalDay{year{1899} / 12 / 30};
    return first + std::chrono::days{static_cast<int>(std::floor(*days))};
  }
  const auto parts = split(cell.text, "/");
  if (parts.size() != 3) return parse_day(cell.text);
  const auto two = [](const std::string& n) { return n.size() == 1 ? "0" + n : n; };
  return parse_day(parts[2] + "-" + two(parts[1]) + "-" + two(parts[0]));
}

// 0.3125 of a sheet is 07:30; 7:30 is too.
std::string time_of(const Cell& cell) {
  const auto part = as_number(cell);
  if (!part) return cell.text.size() == 4 && cell.text[1] == ':' ? "0" + cell.text : cell.text;
  if (*part < 0 || *part >= 1) return cell.text;
  const auto minute = std::lround(*part * 24 * 60);
  if (minute >= 24 * 60) return cell.text;
  const std::string m = std::to_string(100 + minute % 60);
  return std::to_string(100 + minute / 60).substr(1) + ":" + m.substr(1);
}

// A sheet takes the 0 away from a number.
std::string phone_text(const Cell& cell) {
  const bool cut = cell.number && !cell.text.starts_with("84") && !cell.text.starts_with('0');
  return cut ? "0" + cell.text : cell.text;
}

class Table {
 public:
  Table(const std::string& file, const Sheet& sheet, const Registry& registry, Problems& problems)
      : file_(file + ", sheet " + (line_fault(sheet.name).empty() ? sheet.name : "1")),
        sheet_(sheet),
        registry_(registry),
        problems_(problems) {
    for (const Unit& unit : registry.units) {
      for (const std::string& name : {unit.id, unit.name, unit.short_name}) {
        if (name.empty()) continue;
        unit_names_.push_back(name);
        unit_at_.emplace(folded(name), unit.id);  // where two share a name, the first
      }
    }
  }

  bool read_headings();
  void read_rows();
  Draft draft;

 private:
  void problem(int row, const std::string& key, const std::string& message) const;
  const Cell* cell(const Row& row, const std::string& key) const;
  std::optional<std::string> text(const Row& row, const std::string& key) const;
  std::string unit(const Row& row, const std::string& key, const std::string& said) const;
  void read_person(const Row& row, const std::string& id, const Wrong& wrong);
  bool says_the_same(const Row& row, const Row& first, const Wrong& wrong) const;
  void read_post(const Row& row, const std::string& id, const Wrong& wrong);
  void read_substitute(const Row& row, DraftSubstitute substitute);
  void read_superior(const Row& row, const std::string& id, const Wrong& wrong);

  const std::string file_;
  const Sheet& sheet_;
  const Registry& registry_;
  Problems& problems_;
  std::map<std::string, std::string> unit_at_;  // by id or name, folded
  std::vector<std::string> unit_names_;
  std::map<std::string, int> column_at_;
  std::map<std::string, std::string> heading_;
  std::map<std::string, std::pair<const Row*, std::string>> first_;  // by id: its row and unit
};

void Table::problem(int row, const std::string& key, const std::string& message) const {
  const auto at = column_at_.find(key == "quiet" ? "quiet_from" : key);
  const std::string name =
      at == column_at_.end() ? "" : column_name(at->second) + " (" + heading_.at(at->first) + ")";
  problems_.push_back({file_, row, name, message});
}

bool Table::read_headings() {
  const std::size_t before = problems_.size();
  if (sheet_.rows.empty()) {
    problems_.push_back({file_, 0, "", "is empty"});
    return false;
  }
  std::vector<std::string> known;
  for (const Column& column : kColumns) known.emplace_back(column.heading);
  const Row& row = sheet_.rows.front();
  for (const auto& [at, said] : row.cells) {
    const auto is = [&, word = folded(said.text)](const Column& c) {
      return folded(c.heading) == word;
    };
    const auto* found = std::find_if(std::begin(kColumns), std::end(kColumns), is);
    const std::string name = column_name(at);
    if (found == std::end(kColumns)) {
      problems_.push_back({file_, row.number, name,
                           "'" + said.text + "' is no heading" + nearest_hint(said.text, known)});
    } else if (!column_at_.emplace(found->key, at).second) {
      problems_.push_back({file_, row.number, name, "'" + said.text + "' stands twice"});
    } else {
      heading_[found->key] = found->heading;
    }
  }
  for (const Column& column : kColumns) {
    const bool needed = std::find(std::begin(kNeeded), std::end(kNeeded),
                                  std::string_view(column.key)) != std::end(kNeeded);
    if (!needed || column_at_.contains(column.key) || problems_.size() > before) continue;
    problems_.push_back(
        {file_, row.number, "", std::string("has no column '") + column.heading + "'"});
  }
  return problems_.size() == before;
}

const Cell* Table::cell(const Row& row, const std::string& key) const {
  const auto column = column_at_.find(key);
  if (column == column_at_.end()) return nullptr;
  const auto found = row.cells.find(column->second);
  return found == row.cells.end() ? nullptr : &found->second;
}

std::optional<std::string> Table::text(const Row& row, const std::string& key) const {
  const Cell* found = cell(row, key);
  if (!found) return std::nullopt;
  return found->text;
}

// The id of a unit that is called by id or by name; said where there is none.
std::string Table::unit(const Row& row, const std::string& key, const std::string& said) const {
  if (const auto found = unit_at_.find(folded(said)); found != unit_at_.end()) return found->second;
  problem(row.number, key,
          "'" + said + "' is no unit of units.yaml" + nearest_hint(said, unit_names_));
  return "";
}

void Table::read_person(const Row& row, const std::string& id, const Wrong& wrong) {
  DraftPerson person{.is = {}, .wrong = wrong};
  person.is.id = id;
  for (const char* key : {"role", "unit"}) {
    if (!cell(row, key)) wrong(key, "missing");
    person.sound = person.sound && cell(row, key);
  }
  person.is.role = text(row, "role").value_or("");
  if (const auto said = text(row, "unit")) person.is.unit = unit(row, "unit", *said);
  judge_name(person);
  SaidOfPerson said;
  said.email = text(row, "email");
  if (const Cell* phone = cell(row, "phone")) said.phone = phone_text(*phone);
  said.zalo = text(row, "zalo");
  if (const auto word = text(row, "language")) said.language = folded(*word);
  if (const auto words = text(row, "channels")) said.channels = split(folded(*words), ",;");
  const std::pair<const char*, std::optional<std::string>*> times[] = {
      {"digest_at", &said.digest_at},
      {"quiet_from", &said.quiet_from},
      {"quiet_until", &said.quiet_until}};
  for (const auto& [key, to] : times) {
    if (const Cell* time = cell(row, key)) *to = time_of(*time);
  }
  take(said, registry_.ward.language, person);
  first_[id] = {&row, person.is.unit};
  draft.people.push_back(std::move(person));
}

bool Table::says_the_same(const Row& row, const Row& first, const Wrong& wrong) const {
  bool same = true;
  for (const char* key : kOfPerson) {
    const auto again = text(row, key);
    if (!again || again == text(first, key)) continue;
    wrong(key, "'" + *again + "' differs from row " + std::to_string(first.number) +
                   ", the first of this mã; leave it empty here");
    same = false;
  }
  return same;
}

void Table::read_substitute(const Row& row, DraftSubstitute substitute) {
  bool whole = true;
  for (auto [key, to] : {std::pair{"from", &substitute.is.from}, {"until", &substitute.is.until}}) {
    const Cell* said = cell(row, key);
    const auto day = said ? day_of(*said, sheet_.from_1904) : std::nullopt;
    if (day) *to = *day;
    if (!said) substitute.wrong(key, "missing");
    if (said && !day) {
      substitute.wrong(key, "must be a day such as 24/11/2026, not '" + said->text + "'");
    }
    whole = whole && day;
  }
  substitute.is.instead_of = text(row, "for").value_or("");
  if (whole) draft.substitutes.push_back(std::move(substitute));
}

void Table::read_superior(const Row& row, const std::string& id, const Wrong& wrong) {
  const auto fields = split(text(row, "fields").value_or(""), ";\n");
  const auto units = split(text(row, "units").value_or(""), ";\n");
  if (fields.empty() && units.empty()) {
    wrong("post",
          "a 'cấp trên' needs a 'lĩnh vực' or a 'đơn vị phụ trách'; of all others he is "
          "'cấp trên mặc định'");
  }
  for (const std::string& field : fields) {
    draft.leaders.push_back({{id, Charge::kField, field}, "id", "fields", wrong});
  }
  for (const std::string& said : units) {
    const std::string of = unit(row, "units", said);
    if (of.empty()) continue;
    draft.leaders.push_back({{id, Charge::kUnit, of}, "id", "units", wrong});
  }
}

void Table::read_post(const Row& row, const std::string& id, const Wrong& wrong) {
  const auto word = text(row, "post");
  if (!word) return;
  const auto at = std::find_if(kPostWords.begin(), kPostWords.end(), [&](const std::string& known) {
    return folded(known) == folded(*word);
  });
  if (at == kPostWords.end()) {
    wrong("post", "'" + *word + "' is no vai trò" + nearest_hint(*word, kPostWords));
    return;
  }
  const auto post = static_cast<PostWord>(at - kPostWords.begin() + 1);
  const auto& [first, own_unit] = first_.at(id);
  const auto said = text(row, "unit");
  const std::string of = !said || &row == first ? own_unit : unit(row, "unit", *said);
  switch (post) {
    case PostWord::kNone:
      return;
    case PostWord::kHead:
      if (!of.empty()) draft.heads.push_back({of, id, "id", wrong});
      return;
    case PostWord::kDeputy:
      if (!of.empty()) draft.deputies.push_back({of, id, "id", wrong});
      return;
    case PostWord::kSubstitute:
      if (!of.empty()) read_substitute(row, {of, {id, "", {}, {}}, wrong});
      return;
    case PostWord::kSuperior:
      read_superior(row, id, wrong);
      return;
    case PostWord::kDefault:
      draft.leaders.push_back({{id, Charge::kDefault, ""}, "id", "post", wrong});
      return;
    case PostWord::kParty:
      draft.leaders.push_back({{id, Charge::kParty, ""}, "id", "post", wrong});
      return;
  }
}

void Table::read_rows() {
  draft.wrong = [this](const std::string&, const std::string& message) {
    problems_.push_back({file_, 0, "", message});
  };
  const std::size_t before = problems_.size();
  for (std::size_t i = 1; i < sheet_.rows.size(); ++i) {
    const Row& row = sheet_.rows[i];
    if (problems_.size() - before >= kMistakesMax) {
      problems_.push_back({file_, row.number, "", "after so many mistakes no more is read"});
      return;
    }
    for (const auto& [column, said] : row.cells) {
      if (!sheet_.rows.front().cells.contains(column)) {
        problems_.push_back({file_, row.number, column_name(column),
                             "'" + said.text + "' stands in a column without a heading"});
      }
    }
    const Wrong wrong = [this, number = row.number](const std::string& key,
                                                    const std::string& message) {
      // A person is named by the mã, whatever for; a superior of a unit in a column of its own.
      const bool by_id = key == "person" || key == "head" || key == "deputies";
      problem(number, by_id ? "id" : key, message);
    };
    const auto id = text(row, "id");
    if (!id) {
      wrong("id", "missing");
      draft.people_whole = false;
      continue;
    }
    const auto first = first_.find(*id);
    if (first == first_.end()) {
      read_person(row, *id, wrong);
    } else if (!says_the_same(row, *first->second.first, wrong)) {
      continue;
    }
    read_post(row, *id, wrong);
  }
}

}  // namespace

std::optional<std::string> people_from_xlsx(const std::string& file, std::string_view bytes,
                                            const Registry& registry, bool any_field,
                                            Problems& problems) {
  const std::size_t before = problems.size();
  const auto sheet = read_xlsx(bytes);
  if (!sheet) {
    problems.push_back({file, 0, "", sheet.error().message});
    return std::nullopt;
  }
  Table table(file, *sheet, registry, problems);
  if (!table.read_headings()) return std::nullopt;
  table.read_rows();
  const Directory directory = judge(table.draft, registry, any_field);
  if (problems.size() > before) return std::nullopt;
  return people_text(directory.content());
}

}  // namespace kip
