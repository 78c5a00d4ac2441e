#include "app/rule_table.h"

#include <algorithm>

#include "app/figure_lines.h"
#include "app/foreseen_words.h"
#include "app/printable.h"
#include "app/rule_verdict.h"
#include "app/setup.h"
#include "app/text_table.h"

namespace kip {
namespace {

TextRow heading() {
  static const WarningFigures kNothing;
  TextRow row = {"quy tắc"};
  for (const FigureLine& line : figure_lines(Side{kNothing}, std::nullopt)) {
    if (!line.heading.empty()) row.push_back(line.heading);
  }
  return row;
}

TextRow row_of(const std::string& name, const std::vector<FigureLine>& lines,
               std::string FigureLine::*text) {
  TextRow row = {name};
  for (const FigureLine& line : lines) {
    if (!line.heading.empty()) row.push_back(line.*text);
  }
  return row;
}

void add_rows(const std::string& name, const Side& after, const std::optional<Side>& before,
              std::vector<TextRow>& rows) {
  const auto lines = figure_lines(after, before);
  rows.push_back(row_of(name, lines, &FigureLine::after));
  if (!before || alike(after, *before)) return;
  rows.push_back(row_of("  cũ", lines, &FigureLine::before));
  rows.push_back(row_of("  khác", lines, &FigureLine::difference));
}

std::string side_line(const char* label, const RuleBacktest& b) {
  std::string out = std::string(label) + printable(b.config) + ": " + grouped(b.replay.items) +
                    " việc, " + grouped(b.replay.judged) + " được xét, " + grouped(b.replay.late) +
                    " trễ; " + grouped(b.replay.events) + " tin";
  if (b.replay.refused > 0) out += ", " + grouped(b.replay.refused) + " bị từ chối";
  if (b.replay.beyond_until > 0) out += ", " + grouped(b.replay.beyond_until) + " sau --until";
  return out + "; " + comma_text(b.period.weeks(), 1) + " tuần, " + grouped(b.warnings.units) +
         " đơn vị\n";
}

}  // namespace

std::string table_text(const Backtests& b) {
  std::string out;
  for (const std::string& sentence : sentences_of(b)) out += printable(sentence) + "\n";
  out += "\n" + side_line(b.before ? "mới  " : "", b.after);
  if (b.before) out += side_line("cũ   ", *b.before);

  const auto before = [&](auto side) {
    return b.before ? std::optional<Side>(side(*b.before)) : std::nullopt;
  };
  std::vector<TextRow> rows = {heading()};
  add_rows("mọi cảnh báo sớm", together_of(b.after), before(together_of), rows);
  std::string silent;
  for (const RuleId rule : b.rules()) {
    const WarningFigures& now = figures_of(b.after, rule);
    if (now.alerts == 0 && (!b.before || figures_of(*b.before, rule).alerts == 0)) {
      silent += (silent.empty() ? "" : ", ") + std::string(rule_name(rule));
      continue;
    }
    const auto of_rule = [&](const RuleBacktest& side) { return side_of(side, rule); };
    add_rows(std::string(rule_name(rule)), of_rule(b.after), before(of_rule), rows);
  }
  out += "\n" + aligned(rows);
  if (!silent.empty()) out += "\nkhông báo lần nào: " + silent + "\n";
  return out +
         "\nMọi cảnh báo sớm: các quy tắc đưa việc vào nguy cơ trễ; quá hạn và dấu hiệu đứng "
         "riêng.\nSót: việc trễ không được báo trước hạn. Báo sớm: ¼ · trung vị · ¾, từ lúc điều "
         "kiện đúng đến hạn.\n" +
         foreseen_text(b);
}

}  // namespace kip
