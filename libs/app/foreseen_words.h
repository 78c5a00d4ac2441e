#pragma once
// What a backtest says of its forecasts and of what warnings may have saved, in Vietnamese: for the
// terminal and, in parts, for the page. Pure.

#include <string>
#include <vector>

#include "app/rule_backtest.h"

namespace kip {

// "Dự báo như khi chạy thật: học 30 lần, 19 mô hình được dùng." and how often it learns here.
std::string learned_text(const Foreseen& foreseen);
// "Dự kiến 689,5 việc trễ trong 1.242 việc được báo, đã trễ 627: 62,5 ± 32,4."
std::string saved_text(const Foreseen& foreseen);
std::string saved_caution();                        // what the figures are not
std::string month_words(const std::string& month);  // "2026-11" -> "11/2026"

// Cells of figures, by these headings.
const std::vector<std::string>& point_headings();
std::vector<std::string> point_cells(const ForeseenPoint& point);
const std::vector<std::string>& saved_headings();
std::vector<std::string> saved_cells(const SavedRow& row);

std::string foreseen_text(const Backtests& backtests);  // the tables, for the terminal

}  // namespace kip
