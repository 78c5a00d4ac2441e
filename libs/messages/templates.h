#pragma once
// The templates of the messages: mustache files that an operator may edit, one folder a language,
// under `messages` of the config folder; what is not there is as it was shipped
// (deploy/config/messages, which is built in). How to edit them: the README there.
//
//   Templates t = Templates::read(texts, problems);   // "vi/alerts.html.mustache" -> text
//   if (!problems.empty()) ...                        // file, line, placeholder, reason
//   check_samples(t, registry, directory, calendars, problems);   // as `kip check` does
//
// Read as one checked whole; immutable; any thread. Pure: the texts are handed in.

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "alerting/message.h"
#include "calendar/calendar.h"
#include "config/reader.h"
#include "directory/directory.h"
#include "registry/registry.h"

namespace kip {

inline constexpr std::string_view kTemplateFolder = "messages";  // of the config folder
inline constexpr std::size_t kTemplateBytesMax = 65'536;

enum class Form : std::uint8_t { kSubject, kText, kHtml, kZalo, kSms };
inline constexpr std::size_t kFormCount = 5;
inline constexpr std::array<Form, 2> kLetterForms = {Form::kText, Form::kHtml};
inline constexpr std::size_t kMessageKindCount = 3;  // of MessageKind

// "vi/alerts.subject.mustache"
std::string template_name(Language language, MessageKind kind, Form form);
// "vi/apology.html.mustache": of the letter of apology (apology.h), kText or kHtml.
std::string letter_name(Form form);
std::vector<std::string> template_names();  // all, in order

class Templates {
 public:
  Templates();  // as shipped
  // `texts`: name below the folder -> text. What is wrong goes into `problems`, with the file as
  // "messages/vi/…", and then the shipped one stands: a message always has words.
  static Templates read(const std::map<std::string, std::string>& texts, Problems& problems);

  const std::string& text(Language language, MessageKind kind, Form form) const;
  const std::string& letter(Form form) const;  // kText or kHtml

 private:
  std::map<std::string, std::string, std::less<>> texts_;
};

// What is wrong with one template: a placeholder that is not known (with the nearest that is), a
// section that is not closed, {{{ }}} or {{& }} in HTML, partials, other delimiters, a subject of
// several lines, nothing in it.
void judge_template(const std::string& name, const std::string& text, Problems& problems);

// Renders samples of every kind, in both languages, and of the letter: a problem where nothing
// comes out, and where HTML does not close what it opens. `at`: the time of the samples.
void check_samples(const Templates& templates, const Registry& registry, const Directory& directory,
                   const Calendars& calendars, Instant at, Problems& problems);

// The first tag of an HTML text that is not closed, or closes nothing; empty: all are.
std::string html_problem(std::string_view html);

}  // namespace kip
