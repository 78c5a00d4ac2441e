#include "messages/render.h"

#include <algorithm>
#include <kainjow/mustache.hpp>

#include "base/sms.h"
#include "messages/placeholders.h"
#include "messages/tags.h"
#include "messages/text.h"

namespace kip {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

constexpr std::size_t kShortTitle = 40;

struct Look {
  std::string_view mark, fill, ink, ground, strong;
};

// The colours of design/ui: measured contrast, and told apart without colour by mark and word.
const Look& look_of(RowState state) {
  static constexpr Look kNotice = {"●", "#1464b4", "#0a4f96", "#e5effa", "#0a4f96"};
  static constexpr Look kAtRisk = {"▲", "#f39a1f", "#8a4300", "#fff1de", "#8a4300"};
  static constexpr Look kOverdue = {"■", "#9b1225", "#ffffff", "#9b1225", "#8f1020"};
  if (state == RowState::kOverdue) return kOverdue;
  return state == RowState::kAtRisk ? kAtRisk : kNotice;
}

std::string state_word(const ItemRow& row, const Words& w) {
  if (row.state == RowState::kOverdue) return w.say("Quá hạn", "Overdue");
  if (row.state == RowState::kAtRisk) return w.say("Nguy cơ trễ", "At risk");
  if (row.level >= AlertLevel::kWarning) return w.say("Cần xem", "To look at");
  return w.say("Để biết", "For information");
}

// An empty text is false: a section of it is not shown.
void set(data& to, const std::string& name, std::string_view text) {
  to.set(name, text.empty() ? data(false) : data(std::string(text)));
}

data data_of(const ItemRow& row, std::size_t number, const Slots& slots, const Words& w,
             bool titles) {
  data out;
  for (const Placeholder& known : row_placeholders()) out.set(std::string(known.name), false);
  const Look& look = look_of(row.state);
  set(out, "number", std::to_string(number));
  set(out, "state", state_word(row, w));
  set(out, "mark", look.mark);
  set(out, "fill", look.fill);
  set(out, "ink", look.ink);
  set(out, "ground", look.ground);
  set(out, "strong", look.strong);
  set(out, "title", row.title);
  set(out, "title_short", titles ? shortened(row.title, kShortTitle) : "");
  set(out, "kind", row.kind);
  set(out, "code", row.code);
  set(out, "of_unit", row.unit_id == slots.unit_id ? "" : row.of_unit);
  out.set("focus", row.focus);
  set(out, "due_at", row.due_at);
  set(out, "due_day", row.due_day);
  set(out, "left", row.left);
  set(out, "left_short", row.left_short);
  set(out, "beside", row.beside);
  std::string all;
  data reasons{data::type::list};
  for (const std::string& reason : row.reasons) {
    all += (all.empty() ? "" : " ") + reason;
    reasons.push_back(data(reason));
  }
  set(out, "reason", all);
  out.set("reasons", reasons);
  set(out, "note", row.note);
  set(out, "todo", row.todo);
  set(out, "promised_time", row.promised_time);
  return out;
}

data data_of(const Slots& slots, MessageKind kind, const Words& w, Shown shown) {
  data out;
  for (const Placeholder& known : placeholders(kind)) out.set(std::string(known.name), false);
  for (const auto& [name, text] : slots.texts) set(out, name, text);
  for (const std::string& name : slots.flags) out.set(name, true);
  for (const auto& [name, rows] : slots.rows) {
    data list{data::type::list};
    const std::size_t n = std::min(rows.size(), shown.rows);
    for (std::size_t i = 0; i < n; ++i) {
      list.push_back(data_of(rows[i], i + 1, slots, w, shown.titles));
    }
    out.set(name, list);
    if (n == rows.size()) continue;
    const std::string more = name == "items" ? "more" : name + "_more";
    const auto said = slots.hidden.find(name);
    const std::size_t hidden = said == slots.hidden.end() ? 0 : said->second;
    set(out, more, w.number(hidden + rows.size() - n));
  }
  return out;
}

// No white space at the end of a line, at most one empty line, none at the ends.
std::string tidied(const std::string& text) {
  std::string out;
  std::string line;
  bool gap = false;
  const auto end_line = [&] {
    line.erase(line.find_last_not_of(" \t") + 1);
    if (line.empty()) {
      gap = !out.empty();
    } else {
      out += (gap ? "\n" : "") + line + "\n";
      gap = false;
    }
    line.clear();
  };
  for (const char c : text) {
    if (c == '\n') {
      end_line();
    } else {
      line += c;
    }
  }
  end_line();
  return out;
}

std::string filled(const std::string& text, bool html, const data& values) {
  mustache form(prepared(text));
  form.set_custom_escape([html](const std::string& s) { return html ? html_escaped(s) : s; });
  std::string out = form.render(values);
  std::replace(out.begin(), out.end(), kLineBreak, '\n');
  return out;
}

std::string without_end(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::size_t longest(const Slots& slots) {
  std::size_t n = 0;
  for (const auto& [name, rows] : slots.rows) n = std::max(n, rows.size());
  return n;
}

std::string slot(const Slots& slots, const std::string& name) {
  const auto at = slots.texts.find(name);
  return at == slots.texts.end() ? "" : at->second;
}

}  // namespace

std::string render(const std::string& text, MessageKind kind, Form form, const Slots& slots,
                   const Words& words, Shown shown) {
  const std::string out = filled(text, form == Form::kHtml, data_of(slots, kind, words, shown));
  return form == Form::kSubject ? plain_text(out) : tidied(out);
}

std::string render_letter(const std::string& text, Form form, const LetterSlots& slots) {
  data values;
  for (const Placeholder& known : letter_placeholders()) {
    values.set(std::string(known.name), false);
  }
  for (const auto& [name, value] : slots.texts) set(values, name, value);
  values.set("late", slots.late);
  data notes{data::type::list};
  for (const std::string& note : slots.notes) notes.push_back(data(note));
  values.set("notes", notes);
  return tidied(filled(text, form == Form::kHtml, values));
}

std::string render_zalo(const std::string& text, MessageKind kind, const Slots& slots,
                        const Words& words) {
  for (std::size_t n = longest(slots);; --n) {
    const std::string out = without_end(render(text, kind, Form::kZalo, slots, words, {n, true}));
    if (characters(out) <= kZaloMax) return out;
    if (n == 0) break;
  }
  // Names of units and roles alone are too long: what it is about, and the link.
  const std::string link = slot(slots, "link");
  const std::string head = slot(slots, "unit_short") + ": " + slot(slots, "headline");
  if (link.empty() || link.size() + 60 > kZaloMax) return shortened(head, kZaloMax);
  return shortened(head, kZaloMax - link.size() - 1) + "\n" + link;
}

std::string render_sms(const std::string& text, MessageKind kind, const Slots& slots,
                       const Words& words) {
  const auto with = [&](Shown shown) {
    return without_accents(without_end(render(text, kind, Form::kSms, slots, words, shown)));
  };
  for (std::size_t n = longest(slots);; --n) {
    for (const bool titles : {true, false}) {
      if (titles && n < longest(slots)) continue;  // titles go before items
      std::string out = with({n, titles});
      if (sms_size(out).parts <= 2) return out;
    }
    if (n == 0) break;
  }
  const std::string link = without_accents(slot(slots, "link"));
  const std::size_t link_units = sms_size(link).units;
  const std::string head =
      without_accents(slot(slots, "unit_short") + ": " + slot(slots, "headline"));
  const std::size_t room = kSms2Max / 2;  // were each character written with two
  const bool fits = !link.empty() && link_units + 60 < room;
  std::string out = without_accents(shortened(head, room - (fits ? link.size() : 0) - 4));
  return fits ? out + " " + link : out;
}

}  // namespace kip
