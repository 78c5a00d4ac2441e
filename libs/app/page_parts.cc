#include "app/page_parts.h"

#include <algorithm>
#include <array>

#include "app/setup.h"
#include "app/trace_words.h"
#include "base/ascii.h"
#include "web/server.h"

namespace kip {
namespace {

constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;--bg:#f3f5f8;--surface:#fff;--line:#d3dae4;--strong:#8090a5;
--text:#14202e;--muted:#4a586b;--brand:#0b3d73;--late:#8f1020;--late-fill:#9b1225;--late-on:#fff;
--risk:#8a4300;--risk-bg:#fff1de;--risk-fill:#f39a1f;--ok:#0a4f96;--ok-bg:#e5effa;--ok-fill:#1464b4;
--pause:#4a586b;--pause-bg:#edf0f4;--warn-bg:#ffe9a8;--warn:#4a3500}
@media(prefers-color-scheme:dark){:root{--bg:#0a111c;--surface:#131d2c;--line:#2b3a50;
--strong:#8496b0;--text:#f2f5fa;--muted:#b3bfd1;--brand:#8cc2ff;--late:#ff9aa2;--late-fill:#c41a35;
--risk:#ffb65c;--risk-bg:#3a2710;--risk-fill:#f6a02d;--ok:#7cbcff;--ok-bg:#11294a;--ok-fill:#2f7fd6;
--pause:#b3bfd1;--pause-bg:#202c3d;--warn-bg:#4a3a08;--warn:#ffe9a8}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:400 16px/1.5 "Inter","Noto Sans",
"Segoe UI",Roboto,Arial,sans-serif;font-variant-numeric:tabular-nums}
h1,h2,p,ul,ol,dl,dd{margin:0;padding:0}h1{font-size:26px;line-height:1.25}
h2{font-size:19px;line-height:1.35}a{color:var(--ok);text-underline-offset:3px}
.muted{color:var(--muted)}.small{font-size:14px}.nw{white-space:nowrap}
.skip{position:absolute;left:-9999px}.skip:focus{left:8px;top:8px;background:var(--surface);
padding:8px}:focus-visible{outline:3px solid var(--ok-fill);outline-offset:2px}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.ic{width:1.1em;height:1.1em;vertical-align:-.17em;fill:currentColor;flex:none}
.late-t{color:var(--late)}.risk-t{color:var(--risk)}.ok-t{color:var(--ok)}
.pause-t,.none-t{color:var(--pause)}
.chip{display:inline-flex;align-items:center;gap:6px;padding:2px 10px 2px 8px;border-radius:999px;
font-size:14px;font-weight:600;line-height:22px;white-space:nowrap;background:var(--pause-bg);
color:var(--pause)}.chip.late{background:var(--late-fill);color:var(--late-on)}
.chip.risk{background:var(--risk-bg);color:var(--risk);box-shadow:inset 0 0 0 1px var(--risk-fill)}
.chip.ok{background:var(--ok-bg);color:var(--ok)}
.chip.none{background:none;box-shadow:inset 0 0 0 1px var(--strong)}
.top{background:var(--surface);border-bottom:1px solid var(--line)}
.in,.page{max-width:1120px;margin:0 auto;padding:0 24px}
.in{min-height:60px;display:flex;align-items:center;gap:16px}
.mark{font-weight:800;font-size:22px;color:var(--brand);text-decoration:none}
.mark i{display:inline-block;width:7px;height:7px;margin-left:3px;border-radius:50%;
background:var(--risk-fill)}.fresh{margin-left:auto;font-size:14px;color:var(--muted)}
.page{padding-top:24px;padding-bottom:48px}.lead{margin-top:6px;max-width:68ch}
.bar{background:var(--warn-bg);color:var(--warn);padding:10px 16px;border-radius:6px;
margin-bottom:16px;font-weight:600}
.strip{display:grid;grid-template-columns:repeat(4,1fr);margin-top:24px;background:var(--surface);
border:1px solid var(--line);border-radius:10px;list-style:none}
.strip li{padding:12px 16px;border-left:1px solid var(--line);font-size:15px}
.strip li:first-child{border-left:0}.strip b{display:block;font-size:34px;line-height:1.2}
.head{display:flex;align-items:baseline;gap:12px;flex-wrap:wrap;margin:32px 0 12px}
.head .aside{margin-left:auto;font-size:14px;color:var(--muted)}
.card{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:8px 24px}
table{border-collapse:collapse;width:100%}th{text-align:left;font-size:14px;font-weight:600;
color:var(--muted);padding:8px 12px;border-bottom:1px solid var(--strong);vertical-align:bottom}
td,tbody th{padding:9px 12px;border-bottom:1px solid var(--line);vertical-align:baseline;font-size:16px;
color:var(--text);font-weight:400}tr:last-child>td,tr:last-child>th{border-bottom:0}
.r{text-align:right}td.zero{color:var(--muted)}td b{font-size:19px;line-height:1}
.narrow{display:none}tr>:first-child{padding-left:0}tr>:last-child{padding-right:0}
.jobs{list-style:none}.jobs li{display:grid;grid-template-columns:138px 1fr 190px;gap:2px 16px;
padding:12px 0;border-bottom:1px solid var(--line)}.jobs li:last-child{border-bottom:0}
.jobs .chip{justify-self:start;align-self:start}.jobs b{font-weight:600}
.jobs .id{font-size:14px;color:var(--muted);overflow-wrap:anywhere}
.jobs .left{text-align:right}.jobs .left b{display:block;font-size:19px;line-height:1.3}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:4px 24px;padding:8px 0}
.facts dt{color:var(--muted)}.log{list-style:none}.log li{display:grid;
grid-template-columns:150px 1fr;gap:2px 16px;padding:8px 0;border-bottom:1px solid var(--line)}
.log li:last-child{border-bottom:0}.log .gone{text-decoration:line-through;color:var(--muted)}
footer{border-top:1px solid var(--line);margin-top:32px;padding-top:16px;font-size:14px;
color:var(--muted)}
@media(max-width:640px){h1{font-size:22px}.in,.page{padding-left:16px;padding-right:16px}
.in{flex-wrap:wrap;gap:0 12px;padding-top:8px;padding-bottom:8px}
.fresh{margin-left:0;flex-basis:100%}.strip li{padding:10px 8px;font-size:13px}
.strip b{font-size:24px}.card{padding:4px 16px}.jobs li{grid-template-columns:1fr}
.jobs .left{text-align:left}.jobs .left b{display:inline;font-size:16px}
.head .aside{margin-left:0;flex-basis:100%}th,td,tbody th{padding-left:5px;padding-right:5px}
.wide{display:none}.narrow{display:inline}.units thead .w{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}.log li,.facts{grid-template-columns:1fr;gap:0}
.facts dd{margin-bottom:8px}}
)css";

// The mock-up's shapes: square, triangle, two bars, disc with a tick, dashed ring.
constexpr std::string_view kIcons =
    R"svg(<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>)svg"
    R"svg(<symbol id="i-late" viewBox="0 0 20 20"><path fill-rule="evenodd" d="M2 1h16a1 1 0 0 1 )svg"
    R"svg(1 1v16a1 1 0 0 1-1 1H2a1 1 0 0 1-1-1V2a1 1 0 0 1 1-1zm6.6 3.5.4 7.5h2l.4-7.5zM10 )svg"
    R"svg(13.4a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z"/></symbol>)svg"
    R"svg(<symbol id="i-risk" viewBox="0 0 20 20"><path fill-rule="evenodd" d="M10 1 19.6 )svg"
    R"svg(18.5H.4zM8.9 7l.3 5.6h1.6l.3-5.6zM10 13.6a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 )svg"
    R"svg(0-2.6z"/></symbol>)svg"
    R"svg(<symbol id="i-ok" viewBox="0 0 20 20"><path fill-rule="evenodd" d="M10 1a9 9 0 1 1 0 )svg"
    R"svg(18 9 9 0 0 1 0-18zM5 10.2l1.6-1.6 2.4 2.4 4.6-4.7 1.6 1.6L9 14.2z"/></symbol>)svg"
    R"svg(<symbol id="i-pause" viewBox="0 0 20 20"><path d="M3.5 2.5h4.5v15H3.5zM12 )svg"
    R"svg(2.5h4.5v15H12z"/></symbol>)svg"
    R"svg(<symbol id="i-none" viewBox="0 0 20 20"><circle cx="10" cy="10" r="7.7" fill="none" )svg"
    R"svg(stroke="currentColor" stroke-width="2.4" stroke-dasharray="3.4 2.65"/></symbol>)svg"
    R"svg(</defs></svg>)svg";

}  // namespace

std::string page_frame(std::string_view title, std::string_view body, int refresh,
                       std::string_view style) {
  std::string out =
      "<!doctype html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">";
  if (refresh > 0) {
    out += "<meta http-equiv=\"refresh\" content=\"" + std::to_string(refresh) + "\">";
  }
  out += "<meta name=\"robots\" content=\"noindex\"><title>" + web::html_escape(title) +
         "</title><style>" + std::string(kStyle) + std::string(style) + "</style></head>\n<body>" +
         std::string(kIcons);
  return out.append(body) + "</body></html>\n";
}

std::string icon(std::string_view css) {
  return "<svg class=\"ic\" aria-hidden=\"true\"><use href=\"#i-" + std::string(css) + "\"/></svg>";
}

std::string_view css_of(ItemWord word) {
  static constexpr std::array<std::string_view, 5> kNames = {"none", "ok", "risk", "late", "pause"};
  return kNames.at(static_cast<std::size_t>(word));
}

std::string chip(ItemWord word) {
  const std::string css(css_of(word));
  const std::string label =
      word == ItemWord::kNone ? "Đã kết thúc" : std::string(state_words(word));
  return "<span class=\"chip " + css + "\">" + (word == ItemWord::kNone ? "" : icon(css)) + label +
         "</span>";
}

std::string day_time(Instant at, Instant now) {
  constexpr std::size_t kYear = 8;  // "T4 25/11/2026, 14:20"
  std::string text = format_vn(at);
  if (text.size() > 13 && text.substr(kYear, 5) == format_vn(now).substr(kYear, 5)) {
    text.erase(kYear, 5);
  }
  return text;
}

std::string short_work(WorkTime t) {
  const std::int64_t minutes = std::max<std::int64_t>(t.ms, 0) / 60'000;
  if (minutes < 60) return std::to_string(minutes) + " phút";
  if (t < WorkTime{2 * kWorkingDay.ms}) {
    return hours_minutes(minutes);
  }
  const std::int64_t tenths = t.ms * 10 / kWorkingDay.ms;
  const std::string rest = tenths % 10 == 0 ? "" : "," + std::to_string(tenths % 10);
  return number_text(tenths / 10) + rest + " ngày";
}

std::string hours_minutes(std::int64_t minutes) {
  const std::string rest = std::to_string(minutes % 60);
  const std::string hours = number_text(minutes / 60) + " giờ";
  return minutes % 60 == 0 ? hours : hours + (rest.size() == 1 ? " 0" : " ") + rest;
}

std::string ward_title(const Ward& ward) {
  std::string name = ward.name;
  if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') {
    name[0] = static_cast<char>(name[0] - ('a' - 'A'));
  }
  return name;
}

std::string age_text(Instant at, Instant now) {
  const std::int64_t minutes = (now - at).count() / 60'000;
  if (minutes < 1) return "vừa xong";
  if (minutes < 60) return std::to_string(minutes) + " phút trước";
  if (minutes < 48 * 60) return std::to_string(minutes / 60) + " giờ trước";
  return number_text(minutes / (24 * 60)) + " ngày trước";
}

std::string item_path(std::string_view id) {
  const bool step = id == "." || id == "..";  // of the path, not the item
  return "/items/" + percent_encoded(id, step ? "" : "-._~");
}

std::string number_text(std::int64_t n) {
  return n < 0 ? "-" + grouped(static_cast<std::uint64_t>(-n))
               : grouped(static_cast<std::uint64_t>(n));
}

}  // namespace kip
