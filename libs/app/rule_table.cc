#include "app/rule_table.h"

#include <algorithm>

#include "app/figure_lines.h"
#include "app/printable.h"
#include "app/rule_verdict.h"
#include "app/setup.h"
#include "messages/text.h"

namespace kip {
namespace {

constexpr std::size_t kNameWidth = 20;

// In columns of a terminal: each letter of ours takes one.
std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::size_t has = characters(text);
  const std::string space(width > has ? width - has : 0, ' ');
  return right ? space + text : text + space;
}

using Row = std::vector<std::string>;  // the first one is its name

// Columns as wide as they need to be.
std::string aligned(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths = {kNameWidth};
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], characters(row[i]));
    }
  }
  std::string out;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += (i == 0 ? "" : "  ") + padded(row[i], widths[i], i > 0);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

Row heading() {
  static const WarningFigures kNothing;
  Row row = {"quy tắc"};
  for (const FigureLine& line : figure_lines(Side{kNothing}, std::nullopt)) {
    if (!line.heading.empty()) row.push_back(line.heading);
  }
  return row;
}

Row row_of(const std::string& name, const std::vector<FigureLine>& lines,
           std::string FigureLine::*text) {
  Row row = {name};
  for (const FigureLine& line : lines) {
    if (!line.heading.empty()) row.push_back(line.*text);
  }
  return row;
}

void add_rows(const std::string& name, const Side& after, const std::optional<Side>& before,
              std::vector<Row>& rows) {
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
  std::vector<Row> rows = {heading()};
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
         "kiện đúng đến hạn.\n";
}

}  // namespace kip
