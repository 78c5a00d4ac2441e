// A directory as people.yaml: what `kip people import` prints, and what the digest is taken of.

#include <string>

#include "directory/directory.h"

namespace kip {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string minute_text(int minute) {
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return "\"" + two(minute / 60) + ":" + two(minute % 60) + "\"";
}

std::string list(const std::vector<std::string>& words, bool in_quotes) {
  std::string all;
  for (const std::string& word : words) {
    all += (all.empty() ? "" : ", ") + (in_quotes ? quoted(word) : word);
  }
  return "[" + all + "]";
}

std::string person_text(const Person& person) {
  std::string out = "  - id: " + quoted(person.id) + "\n";
  const auto line = [&](const char* key, const std::string& value) {
    out += std::string("    ") + key + ": " + value + "\n";
  };
  line("role", quoted(person.role));
  line("unit", quoted(person.unit));
  if (!person.email.empty()) line("email", quoted(person.email));
  if (!person.phone.empty()) line("phone", quoted(person.phone));
  if (!person.zalo.empty()) line("zalo", quoted(person.zalo));
  line("language", person.language == Language::kEnglish ? "en" : "vi");
  std::vector<std::string> ways;
  for (const Way way : person.channels) ways.emplace_back(way_word(way));
  line("channels", list(ways, false));
  line("digest_at", minute_text(person.digest_minute));
  if (person.quiet) {
    line("quiet", "{from: " + minute_text(person.quiet->from) +
                      ", until: " + minute_text(person.quiet->until) + "}");
  }
  return out;
}

std::string post_text(const Post& post) {
  std::string out = "  - unit: " + quoted(post.unit) + "\n";
  if (!post.head.empty()) out += "    head: " + quoted(post.head) + "\n";
  if (!post.deputies.empty()) out += "    deputies: " + list(post.deputies, true) + "\n";
  if (!post.substitutes.empty()) out += "    substitutes:\n";
  for (const Substitute& row : post.substitutes) {
    out += "      - {person: " + quoted(row.person) + ", from: " + day_text(row.from) +
           ", until: " + day_text(row.until) + ", for: " + quoted(row.instead_of) + "}\n";
  }
  return out;
}

std::string leaders_text(const std::vector<Leader>& leaders, Charge by, const char* key) {
  std::string out;
  for (const Leader& leader : leaders) {
    if (leader.by != by) continue;
    if (out.empty()) out = std::string("  ") + key + ":\n";
    out +=
        "    - {person: " + quoted(leader.person) + ", " + key + ": [" + quoted(leader.of) + "]}\n";
  }
  return out;
}

}  // namespace

std::string people_text(const DirectoryContent& content) {
  std::string out = "version: 1\n\npeople:";
  if (content.people.empty()) out += " []";
  out += "\n";
  for (const Person& person : content.people) out += person_text(person);
  if (!content.posts.empty()) out += "\nunits:\n";
  for (const Post& post : content.posts) out += post_text(post);
  if (content.leaders.empty()) return out;
  out += "\nsuperiors:\n" + leaders_text(content.leaders, Charge::kField, "fields") +
         leaders_text(content.leaders, Charge::kUnit, "units");
  for (const Leader& leader : content.leaders) {
    if (leader.by == Charge::kDefault) out += "  default: " + quoted(leader.person) + "\n";
    if (leader.by == Charge::kParty) out += "  party: " + quoted(leader.person) + "\n";
  }
  return out;
}

}  // namespace kip
