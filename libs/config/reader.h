#pragma once
// A strict reader of one YAML file: text -> typed fields. Every mistake is kept with file, line and
// key, and reading goes on, so that one run names them all; an unknown key names the nearest known
// one.
//
//   Problems problems;
//   Reader root = Reader::parse("rules.yaml", text, problems);
//   int v = root.integer("version", 1, 1);
//   for (Reader& r : root.sections("rules")) { auto id = r.text("rule"); ...; r.done(); }
//   root.done();                     // unknown keys become problems
//   if (!problems.empty()) ...
//
// A getter that fails adds a problem and returns a default, so that callers need no branches. What
// lies below something that is missing or cannot be read is not judged: a reader of it says
// nothing. Pure: the text is handed in. Only this lib sees yaml-cpp. Not for several threads.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kip {

struct Problem {
  std::string file;
  int line = 0;  // 1 is the first; 0: of no line, the file is not there
  std::string key;
  std::string message;
};
using Problems = std::vector<Problem>;
std::string to_string(
    const Problem& problem);  // "rules.yaml:12: levle: unknown key; nearest: level"

class Reader {
 public:
  // The root must be a mapping.
  static Reader parse(const std::string& file, const std::string& text, Problems& problems);
  // Of a file that is not there: that is the one problem of it.
  static Reader missing(const std::string& file, Problems& problems);

  bool has(const std::string& key) const;
  std::string text(const std::string& key);
  std::optional<std::string> optional_text(const std::string& key);
  std::int64_t integer(const std::string& key, std::int64_t min, std::int64_t max);
  std::optional<std::int64_t> optional_integer(const std::string& key, std::int64_t min,
                                               std::int64_t max);
  double number(const std::string& key, double min, double max);
  std::optional<double> optional_number(const std::string& key, double min, double max);
  std::optional<bool> optional_flag(const std::string& key);
  bool flag(const std::string& key);
  // One of `words`; the index of the first one on a mistake.
  std::size_t choice(const std::string& key, const std::vector<std::string>& words);
  // Of words of which none stands twice.
  std::optional<std::vector<std::string>> optional_list(const std::string& key);
  std::optional<Reader> optional_section(const std::string& key);
  Reader section(const std::string& key);
  std::vector<Reader> sections(const std::string& key);  // a list of mappings; absent: a problem
  std::vector<Reader> optional_sections(const std::string& key);
  // A decimal such as 0.20 in whole millionths, without rounding by binary fractions. `what`: "a
  // share", "a number of hours".
  std::optional<std::int64_t> optional_millionths(const std::string& key, const std::string& what,
                                                  std::int64_t min, std::int64_t max);

  void wrong(const std::string& key, const std::string& message);  // a problem found by the caller
  // What is worth a word and no mistake; it is not among the problems.
  Problem remark(const std::string& key, const std::string& message) const;
  void done();                                     // report the keys that nobody asked for
  bool sound() const;                              // no problem was found in it so far
  bool has_nothing(const std::string& key) const;  // the key stands, and nothing behind it
  int line() const;

 private:
  struct Node;
  Reader(std::shared_ptr<Node> node, Problems* problems);  // no problems: it says nothing
  Reader below(const std::string& name) const;             // with nothing in it, and silent
  void report(int line, const std::string& name, const std::string& message);
  std::optional<std::string> scalar(const std::string& key, bool required);
  std::shared_ptr<Node> node_;
  Problems* problems_;
};

// The candidate that is nearest: by its beginning, a part of it, or the fewest edits, letter case
// ignored; of equals the first. Empty only where there are no candidates.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);
// The same as the end of a message: "; nearest: level", or nothing.
std::string nearest_hint(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace kip
