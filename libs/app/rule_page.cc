#include "app/rule_page.h"

#include "app/figure_lines.h"
#include "app/foreseen_page.h"
#include "app/page_parts.h"
#include "app/rule_charts.h"
#include "app/rule_verdict.h"
#include "app/setup.h"
#include "web/server.h"

namespace kip {
namespace {

constexpr std::string_view kStyle = R"css(
.two{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,420px),1fr));gap:16px}
.two h2,.two h3{margin:8px 0;font-size:16px;line-height:1.35}
.chart{display:block;width:100%;height:auto;margin:4px 0 8px}
.chart text{font-size:13px;fill:var(--muted)}
.chart .grid{stroke:var(--line)}.chart .axis{stroke:var(--strong)}
.chart polyline,.key line{fill:none;stroke-linejoin:round}
.new{stroke:var(--ok-fill);stroke-width:3}
.old{stroke:var(--text);stroke-width:2;stroke-dasharray:6 4}
.bar-new{fill:var(--ok-fill);opacity:.6}
.two h3::first-letter{text-transform:uppercase}
.key{display:flex;flex-wrap:wrap;gap:4px 24px;font-size:14px;color:var(--muted);
overflow-wrap:anywhere;margin-top:12px}
.key svg{width:34px;height:10px;vertical-align:middle;margin-right:8px}
.weigh{list-style:none;margin-top:12px;max-width:78ch}.weigh li{padding:3px 0 3px 28px;
text-indent:-28px}.weigh .ic{width:20px;margin-right:8px}.weigh b{font-weight:600}
.why{margin:12px 0 0;padding-left:20px;max-width:78ch;overflow-wrap:anywhere}
.why li{padding:2px 0}
.cmp td,.cmp th{padding:6px 8px}.cmp tbody th{font-size:15px;overflow-wrap:anywhere}.cmp td{font-size:15px}
.cmp tr>:first-child{padding-left:0}.cmp tr>:last-child{padding-right:0}
.cmp .sub>:first-child{padding-left:16px;color:var(--muted)}
@media(max-width:640px){.cmp td,.cmp th,.cmp tbody th{padding:6px 4px;font-size:14px}}
)css";

using web::html_escape;

std::string weighed_list(const Weighed& w) {
  const auto line = [](const char* css, const char* word, const std::vector<std::string>& what) {
    if (what.empty()) return std::string();
    return "<li class=\"" + std::string(css) + "-t\">" + icon(css) + "<b>" + word + ":</b> " +
           html_escape(joined(what, "; ")) + ".</li>";
  };
  const std::string lines =
      line("ok", "Được", w.gained) + line("risk", "Mất", w.lost) + line("none", "Như cũ", w.kept);
  return lines.empty() ? "" : "<ul class=\"weigh\">" + lines + "</ul>";
}

std::string verdict_part(const Backtests& b) {
  const auto sentences = sentences_of(b);
  if (!b.before) {
    return "<h1>Bộ quy tắc này báo đúng và sớm đến đâu</h1><p class=\"lead\">" +
           html_escape(sentences.front()) + "</p>";
  }
  const Weighed w = weigh(together_of(*b.before), together_of(b.after));
  std::string out = "<h1>Bộ quy tắc mới so với cũ: " + balance_words(w.balance) +
                    "</h1><p class=\"lead\">Tính chung mọi cảnh báo sớm, trên " +
                    grouped(b.after.replay.judged) + " việc đã tới hạn, " +
                    grouped(b.after.replay.late) + " việc trễ.</p>" + weighed_list(w) +
                    "<ul class=\"why\">";
  for (std::size_t i = 1; i < sentences.size(); ++i) {
    out += "<li>" + html_escape(sentences[i]) + "</li>";
  }
  return out + "</ul>";
}

std::string key_part(const Backtests& b) {
  const auto entry = [](const char* css, const std::string& words) {
    return "<span><svg viewBox=\"0 0 34 10\" aria-hidden=\"true\"><line class=\"" +
           std::string(css) + "\" x1=\"0\" y1=\"5\" x2=\"34\" y2=\"5\"/></svg>" +
           html_escape(words) + "</span>";
  };
  if (!b.before) return "<p class=\"key\">" + entry("new", b.after.config) + "</p>";
  return "<p class=\"key\">" + entry("new", "mới: " + b.after.config) +
         entry("old", "cũ: " + b.before->config) + "</p>";
}

std::string charts_part(const Backtests& b) {
  return "<div class=\"head\"><h2>Báo sớm bao lâu, báo nhiều đến đâu</h2></div>" + key_part(b) +
         "<div class=\"two\" style=\"margin-top:12px\"><section class=\"card\"><h3>Việc trễ được "
         "báo trước</h3>" +
         lead_curve(b) + "</section><section class=\"card\"><h3>Cảnh báo sớm mỗi tuần</h3>" +
         weekly_bars(b) + "</section></div>";
}

std::string toned(const FigureLine& line) {
  if (line.tone == Tone::kBetter) {
    return "<td class=\"r nw ok-t\">" + icon("ok") + " " + line.difference +
           "<span class=\"vh\"> tốt hơn</span></td>";
  }
  if (line.tone == Tone::kWorse) {
    return "<td class=\"r nw risk-t\">" + icon("risk") + " " + line.difference +
           "<span class=\"vh\"> kém hơn</span></td>";
  }
  return "<td class=\"r nw muted\">" + line.difference + "</td>";
}

std::string figures_table(const Side& after, const std::optional<Side>& before) {
  std::string out = "<table class=\"cmp\"><thead><tr><th scope=\"col\">Số liệu</th>";
  out += before ? "<th scope=\"col\" class=\"r\">Mới</th><th scope=\"col\" class=\"r\">Cũ</th>"
                  "<th scope=\"col\" class=\"r\">Khác</th>"
                : "<th scope=\"col\" class=\"r\">Giá trị</th>";
  out += "</tr></thead><tbody>";
  for (const FigureLine& line : figure_lines(after, before)) {
    if (line.name.empty()) continue;
    out += std::string(line.of_last ? "<tr class=\"sub\">" : "<tr>") + "<th scope=\"row\">" +
           html_escape(line.name) + "</th><td class=\"r nw\">" + line.after + "</td>";
    if (before) out += "<td class=\"r nw\">" + line.before + "</td>" + toned(line);
    out += "</tr>";
  }
  return out + "</tbody></table>";
}

// A rule in one row: what did not change, or what there is nothing to hold against.
std::string rule_row(const RuleBacktest& b, RuleId rule) {
  const Side side = side_of(b, rule);
  const WarningFigures& f = side.figures;
  const auto cell = [](const std::string& text) { return "<td class=\"r nw\">" + text + "</td>"; };
  const auto share = [](const std::optional<double>& value) {
    return value ? comma_text(*value * 100, 0) + " %" : "-";
  };
  return "<tr><th scope=\"row\">" + std::string(rule_label(rule)) +
         "<span class=\"wide small muted\"> " + std::string(rule_name(rule)) + "</span></th>" +
         cell(comma_text(side.alerts_a_week(), 1)) + cell(share(f.precision)) +
         cell(share(f.recall)) + cell(side.early ? grouped(side.missed()) : "-") +
         cell(f.lead_days ? comma_text(f.lead_days->median, 1) : "-") + "</tr>";
}

std::string rule_rows(const std::string& title, const std::string& rows) {
  if (rows.empty()) return rows;
  return "<div class=\"head\"><h2>" + title +
         "</h2></div><section class=\"card\"><table class=\"cmp\"><thead><tr><th scope=\"col\">Quy "
         "tắc</th><th scope=\"col\" class=\"r\">Báo / tuần</th><th scope=\"col\" "
         "class=\"r\">Đúng</th><th scope=\"col\" class=\"r\">Bắt được</th><th scope=\"col\" "
         "class=\"r\">Sót</th><th scope=\"col\" class=\"r\">Sớm, ngày</th></tr></thead><tbody>" +
         rows + "</tbody></table></section>";
}

std::string card(const std::string& title, const Side& after, const std::optional<Side>& before) {
  return "<section class=\"card\"><h3>" + title + "</h3>" + figures_table(after, before) +
         "</section>";
}

std::string figures_part(const Backtests& b) {
  std::string cards, rows, silent;
  cards = card("Mọi cảnh báo sớm", together_of(b.after),
               b.before ? std::optional(together_of(*b.before)) : std::nullopt);
  for (const RuleId rule : b.rules()) {
    const std::string name = std::string(rule_label(rule)) + " (" + std::string(rule_name(rule));
    const Side after = side_of(b.after, rule);
    if (b.before && !alike(after, side_of(*b.before, rule))) {
      const std::string effect = is_badge(rule) ? ", dấu hiệu)" : ")";
      cards += card(name + effect, after, side_of(*b.before, rule));
    } else if (after.figures.alerts > 0) {
      rows += rule_row(b.after, rule);
    } else {
      silent += (silent.empty() ? "" : "; ") + name + ")";
    }
  }
  std::string out = "<div class=\"head\"><h2>Số liệu</h2></div><div class=\"two\">" + cards +
                    "</div>" +
                    rule_rows(b.before ? "Quy tắc có số liệu như cũ" : "Từng quy tắc", rows);
  if (!silent.empty()) {
    out +=
        "<p class=\"small muted\" style=\"margin-top:12px\">Không báo lần nào: " + silent + ".</p>";
  }
  return out;
}

}  // namespace

std::string page_of(const Backtests& b) {
  const std::string title = b.before ? "So sánh hai bộ quy tắc" : "Thử lại bộ quy tắc";
  std::string body =
      "<header class=\"top\"><div class=\"in\"><span class=\"mark\">Kịp<i></i></span><b>" + title +
      "</b><span class=\"fresh\">" + date_text(local_day(b.after.period.begin)) + " – " +
      date_text(local_day(b.after.period.end)) + ", " + comma_text(b.after.period.weeks(), 1) +
      " tuần, " + grouped(b.after.replay.items) + " việc, " + grouped(b.after.warnings.units) +
      " đơn vị</span></div></header><main class=\"page\">" + verdict_part(b) + charts_part(b) +
      figures_part(b) + foreseen_part(b) +
      "<footer>Phát lại dữ liệu đã qua, trong thời gian của dữ liệu. Mọi cảnh báo sớm: các quy tắc "
      "đưa việc vào nguy cơ trễ; quá hạn và dấu hiệu đứng riêng. Việc được xét: có hạn, và tới hạn "
      "trước khi dữ liệu kết thúc. Báo sớm tính từ lúc điều kiện đúng đến hạn; sót là việc trễ "
      "không được báo trước hạn. Cảnh báo đếm của mọi việc, cả việc chưa tới hạn.</footer></main>";
  return page_frame("Kịp - " + title, body, 0, std::string(kStyle) + std::string(foreseen_style()));
}

}  // namespace kip
