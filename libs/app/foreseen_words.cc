#include "app/foreseen_words.h"

#include "app/figure_lines.h"
#include "app/printable.h"
#include "app/setup.h"
#include "app/text_table.h"
#include "messages/text.h"

namespace kip {
namespace {

constexpr std::size_t kSavedRowsMax = 12;  // of the terminal
constexpr std::size_t kUnitNameMax = 36;

std::string three_places(const std::optional<double>& value) {
  return value ? comma_text(*value, 3) : "-";
}

std::string counted(std::int64_t n) { return grouped(static_cast<std::uint64_t>(n)); }

TextRow text_row(std::string name, const std::vector<std::string>& cells) {
  TextRow row = {std::move(name)};
  row.insert(row.end(), cells.begin(), cells.end());
  return row;
}

std::string points_text(const Backtests& b) {
  std::vector<TextRow> rows = {text_row("thời gian đã dùng", point_headings())};
  for (std::size_t i = 0; i < b.after.foreseen.points.size(); ++i) {
    const ForeseenPoint& now = b.after.foreseen.points[i];
    rows.push_back(text_row(comma_text(now.share * 100, 0) + " %", point_cells(now)));
    if (!b.before || i >= b.before->foreseen.points.size()) continue;
    const auto then = point_cells(b.before->foreseen.points[i]);
    if (then != point_cells(now)) rows.push_back(text_row("  cũ", then));
  }
  return aligned(rows);
}

void add_rows_of(const std::vector<SavedRow>& all, bool of_units, std::vector<TextRow>& rows) {
  rows.push_back({of_units ? "từng đơn vị, cả kỳ" : "từng tháng tới hạn"});
  std::size_t left = 0, shown = 0;
  for (const SavedRow& row : all) {
    if (row.unit.empty() == of_units) continue;
    if (shown == kSavedRowsMax) {
      ++left;
      continue;
    }
    ++shown;
    const std::string name =
        of_units ? shortened(printable(row.unit), kUnitNameMax) : month_words(row.month);
    rows.push_back(text_row("  " + name, saved_cells(row)));
  }
  if (left > 0) {
    rows.push_back({"  … và " + grouped(left) + (of_units ? " đơn vị nữa" : " tháng nữa")});
  }
}

std::string saved_tables(const Backtests& b) {
  std::vector<TextRow> rows = {text_row("việc cứu được", saved_headings())};
  rows.push_back(text_row("cả kỳ", saved_cells(b.after.foreseen.saved_all)));
  if (b.before) rows.push_back(text_row("  cũ", saved_cells(b.before->foreseen.saved_all)));
  add_rows_of(b.after.foreseen.saved, false, rows);
  add_rows_of(b.after.foreseen.saved_units, true, rows);
  return aligned(rows);
}

}  // namespace

std::string month_words(const std::string& month) {
  return month.size() < 7 ? month : month.substr(5, 2) + "/" + month.substr(0, 4);
}

std::string learned_text(const Foreseen& f) {
  return "Dự báo như khi chạy thật, mỗi lúc chỉ biết những gì đã được ghi: học " +
         grouped(f.lessons) + " lần, " + grouped(f.models) +
         " mô hình được dùng. Khi chạy thật mỗi ngày học một lần; ở đây học lại khi số việc đã "
         "kết thúc thêm một phần mười, muộn nhất sau bốn tuần.";
}

std::string saved_text(const Foreseen& f) {
  const SavedRow& all = f.saved_all;
  std::string out = "Dự kiến " + comma_text(all.expected, 1) + " việc trễ trong " +
                    counted(all.warned) +
                    " việc đã rõ kết quả và có khả năng trễ ở lần cảnh báo "
                    "đầu tiên; đã trễ " +
                    counted(all.late) + ": cứu được " + comma_text(all.saved(), 1) + " ± " +
                    comma_text(all.margin(), 1) + ".";
  if (f.warned_unknown > 0) {
    out += " Không tính " + grouped(f.warned_unknown) + " trong " + grouped(f.warned) +
           " việc được báo: lúc đó chưa đủ dữ liệu để dự báo.";
  }
  return out;
}

std::string saved_caution() {
  return std::string(saved_note()) +
         " Trong phạm vi ± thì có thể chỉ là ngẫu nhiên. Nếu khi dữ liệu được ghi chưa ai nhận các "
         "cảnh báo này thì không có gì để cứu: con số là sai lệch của dự báo.";
}

const std::vector<std::string>& point_headings() {
  static const std::vector<std::string> kHeadings = {
      "đang mở", "chưa đủ", "trễ", "AUC", "Brier", "lệch", "1/5 rủi ro nhất"};
  return kHeadings;
}

std::vector<std::string> point_cells(const ForeseenPoint& p) {
  return {grouped(p.open),         grouped(p.unknown),    grouped(p.late),
          three_places(p.auc),     three_places(p.brier), three_places(p.calibration_error),
          three_places(p.riskiest)};
}

const std::vector<std::string>& saved_headings() {
  static const std::vector<std::string> kHeadings = {"được báo", "dự kiến trễ", "đã trễ",
                                                     "cứu được", "báo nhầm"};
  return kHeadings;
}

std::vector<std::string> saved_cells(const SavedRow& row) {
  return {counted(row.warned), comma_text(row.expected, 1), counted(row.late),
          comma_text(row.saved(), 1) + " ±\u00a0" + comma_text(row.margin(), 1),
          counted(row.false_alarms())};
}

std::string foreseen_text(const Backtests& b) {
  const Foreseen& f = b.after.foreseen;
  return "\n" + wrapped(learned_text(f)) + "\n" + points_text(b) + "\n" +
         wrapped(
             "Chưa đủ: còn mở mà chưa đủ dữ liệu để dự báo; các cột sau tính trên phần còn lại. "
             "Lệch: khả năng đã nói so với phần trễ thật, 10 khoảng. 1/5 rủi ro nhất: phần trễ "
             "trong một phần năm có khả năng trễ cao nhất. AUC 0,5 là may rủi.") +
         "\n" + saved_tables(b) + "\n" + wrapped(saved_text(f)) + wrapped(saved_caution());
}

}  // namespace kip
