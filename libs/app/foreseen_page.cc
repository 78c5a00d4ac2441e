#include "app/foreseen_page.h"

#include "app/figure_lines.h"
#include "app/foreseen_words.h"
#include "app/printable.h"
#include "app/rule_charts.h"
#include "app/setup.h"
#include "web/server.h"

namespace kip {
namespace {

constexpr std::string_view kForeseenStyle = R"css(
.right{stroke:var(--strong);stroke-width:1.5;stroke-dasharray:2 3}
.new-dot{fill:var(--ok-fill)}.old-dot{fill:var(--surface);stroke:var(--text);stroke-width:2}
.saved details{padding:4px 0}.saved summary{cursor:pointer;padding:8px 0;color:var(--ok)}
.saved thead th::first-letter{text-transform:uppercase}
.saved .cmp tbody th{overflow-wrap:break-word}.saved .sum>*{font-weight:600}
@media(max-width:640px){.saved .cmp td{white-space:normal}.saved .cmp tbody th{min-width:68px}}
.note{max-width:78ch;padding:8px 0}
)css";

constexpr std::size_t kMonthsShown = 12;  // more are folded in

using web::html_escape;

std::string html_cells(const std::vector<std::string>& cells) {
  std::string out;
  for (const std::string& cell : cells) out += "<td class=\"r nw\">" + cell + "</td>";
  return out;
}

std::string html_row(const std::string& name, const std::vector<std::string>& cells,
                     std::string_view css = "") {
  return "<tr" + (css.empty() ? "" : " class=\"" + std::string(css) + "\"") +
         "><th scope=\"row\">" + name + "</th>" + html_cells(cells) + "</tr>";
}

std::string table_head(const std::string& name, const std::vector<std::string>& headings) {
  std::string out = "<table class=\"cmp\"><thead><tr><th scope=\"col\">" + name + "</th>";
  for (const std::string& heading : headings)
    out += "<th scope=\"col\" class=\"r\">" + heading + "</th>";
  return out + "</tr></thead><tbody>";
}

// A figure a line, a point of time a column: it stays narrow.
std::string points_table(const Backtests& b) {
  static const std::vector<std::string> kNames = {
      "Việc đang mở", "chưa đủ dữ liệu", "có dự báo, đã trễ",        "AUC",
      "Brier",        "Lệch hiệu chỉnh", "Trễ trong 1/5 rủi ro nhất"};
  std::vector<std::string> shares;
  std::vector<std::vector<std::string>> now, then;
  for (const ForeseenPoint& point : b.after.foreseen.points) {
    shares.push_back(comma_text(point.share * 100, 0) + " %");
    now.push_back(point_cells(point));
  }
  if (b.before) {
    for (const ForeseenPoint& point : b.before->foreseen.points) then.push_back(point_cells(point));
  }
  const auto line_of = [](const auto& columns, std::size_t i) {
    std::vector<std::string> cells;
    for (const auto& column : columns) cells.push_back(column.at(i));
    return cells;
  };
  std::string out = table_head("Thời gian đã dùng", shares);
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    out += html_row(kNames[i], line_of(now, i), i == 1 || i == 2 ? "sub" : "");
    if (b.before && line_of(then, i) != line_of(now, i))
      out += html_row("cũ", line_of(then, i), "sub");
  }
  return out + "</tbody></table>";
}

std::string fold_out(const std::string& summary, const std::string& first, const std::string& rows,
                     bool open = false) {
  return std::string(open ? "<details open>" : "<details>") + "<summary>" + summary + "</summary>" +
         table_head(first, saved_headings()) + rows + "</tbody></table></details>";
}

std::string months_part(const Backtests& b) {
  std::string rows;
  std::size_t count = 0;
  for (const SavedRow& row : b.after.foreseen.saved) {
    if (!row.unit.empty()) continue;
    rows += html_row(month_words(row.month), saved_cells(row));
    ++count;
  }
  return fold_out("Từng tháng", "Tháng tới hạn", rows, count <= kMonthsShown);
}

std::string name_of_unit(const Backtests& b, const SavedRow& row) {
  const Unit* unit = b.after.policy->registry.unit(row.unit);
  return html_escape(unit ? unit->name : printable(row.unit, 60));
}

std::string unit_rows(const Backtests& b) {
  std::string out;
  for (const SavedRow& row : b.after.foreseen.saved_units)
    out += html_row(name_of_unit(b, row), saved_cells(row));
  return out;
}

std::string month_and_unit_rows(const Backtests& b) {
  std::string out;
  for (const SavedRow& row : b.after.foreseen.saved) {
    out += row.unit.empty() ? html_row(month_words(row.month), saved_cells(row), "sum")
                            : html_row(name_of_unit(b, row), saved_cells(row), "sub");
  }
  return out;
}

std::string saved_part(const Backtests& b) {
  const Foreseen& f = b.after.foreseen;
  std::string out =
      "<div class=\"head\"><h2>Việc cứu được</h2></div><section class=\"card saved\">";
  if (f.saved_all.warned == 0) {
    return out +
           "<p class=\"note\">Chưa có: không việc nào được báo mà lúc đó đủ dữ liệu để dự "
           "báo.</p></section>";
  }
  out += "<p class=\"note\">" + saved_text(f) + "</p>" + table_head("", saved_headings()) +
         html_row("Cả kỳ", saved_cells(f.saved_all), "sum");
  if (b.before) out += html_row("cũ", saved_cells(b.before->foreseen.saved_all), "sub");
  return out + "</tbody></table>" + months_part(b) +
         fold_out("Từng đơn vị", "Đơn vị", unit_rows(b)) +
         fold_out("Từng tháng và đơn vị", "Tháng, đơn vị", month_and_unit_rows(b)) +
         "<p class=\"note small muted\">" + saved_caution() + "</p></section>";
}

}  // namespace

std::string_view foreseen_style() { return kForeseenStyle; }

std::string foreseen_part(const Backtests& b) {
  std::string curve = calibration_curve(b);
  if (curve.empty())
    curve =
        "<p class=\"note\">Chưa đủ dữ liệu: chưa việc nào được dự báo khi dùng nửa thời gian.</p>";
  return "<div class=\"head\"><h2>Dự báo trễ đúng đến đâu</h2></div><p class=\"note\">" +
         learned_text(b.after.foreseen) +
         "</p><div class=\"two\"><section class=\"card\"><h3>Trong mười việc nói 70 % có bảy việc "
         "trễ?</h3>" +
         curve +
         "<p class=\"note small muted\">Khi đã dùng nửa thời gian. Trên đường chéo là đúng; chấm "
         "càng to càng nhiều việc.</p></section><section class=\"card\"><h3>Số liệu của dự "
         "báo</h3>" +
         points_table(b) +
         "<p class=\"note small muted\">AUC 0,5 là may rủi, 1 là xếp đúng hết; Brier và lệch càng "
         "nhỏ càng tốt.</p></section></div>" +
         saved_part(b);
}

}  // namespace kip
