#pragma once
// What the pages share: the frame with its style, icons, and how times are written. Plain HTML made
// here, no script, nothing fetched. Every text of others goes through web::html_escape. Pure.

#include <string>
#include <string_view>

#include "rules/item.h"

namespace kip {

// A whole page around `body`. `title` is escaped, `body` is not. `refresh`: seconds, 0: never.
// `style`: what one page needs beside the common one.
std::string page_frame(std::string_view title, std::string_view body, int refresh,
                       std::string_view style = {});

// The shape, and shape with word: a state is told by colour, shape and word at once.
std::string icon(std::string_view css);  // late, risk, pause, ok, none
std::string chip(ItemWord word);
std::string_view css_of(ItemWord word);

// "T4 25/11, 14:20"; with the year where it is not that of `now`.
std::string day_time(Instant at, Instant now);
// "48 phút", "11 giờ 08", from two working days on "6,7 ngày": working time.
std::string short_work(WorkTime t);
// "vừa xong", "5 phút trước", "3 giờ trước", "4 ngày trước": time by the wall.
std::string age_text(Instant at, Instant now);
// "170 giờ 12": for parts that the reader adds up.
std::string hours_minutes(std::int64_t minutes);
std::string ward_title(const Ward& ward);    // "Phường Hồ Nai"
std::string item_path(std::string_view id);  // of an item's page: "/items/…", id as one segment
std::string number_text(std::int64_t n);     // 1.304

}  // namespace kip
