#include "app/trace_words.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "app/printable.h"
#include "contract/proto_values.h"

namespace kip {
namespace {

constexpr std::size_t kShownMax = 120;  // of a text that a sender wrote

std::string shown(const std::string& text) { return printable(text, kShownMax); }

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + shown(text);
  return out.empty() ? "không có" : out;
}

std::string_view waiting_words(WaitingFor waiting) {
  static constexpr std::array<std::string_view, 4> kWords = {"không rõ", "bổ sung giấy tờ",
                                                             "nghĩa vụ tài chính", "cơ quan khác"};
  return kWords.at(static_cast<std::size_t>(waiting));
}

std::string_view channel_words(Channel channel) {
  static constexpr std::array<std::string_view, 4> kWords = {"không rõ", "trực tiếp", "trực tuyến",
                                                             "bưu chính"};
  return kWords.at(static_cast<std::size_t>(channel));
}

// Collects the phrases of one event.
class Sayings {
 public:
  void say(const char* label, const std::optional<std::string>& text) {
    if (text) out.push_back(std::string(label) + " “" + shown(*text) + "”");
  }
  void say(const char* label, const std::optional<Instant>& at) {
    if (at) out.push_back(std::string(label) + " " + format_vn(*at));
  }
  void say(const char* label, const std::optional<std::uint32_t>& n, const char* after) {
    if (n) out.push_back(std::string(label) + " " + std::to_string(*n) + after);
  }
  void say(const char* yes, const char* no, const std::optional<bool>& flag) {
    if (flag) out.emplace_back(*flag ? yes : no);
  }
  void list(const char* label, const std::optional<std::vector<std::string>>& texts) {
    if (texts) out.push_back(std::string(label) + " " + joined(*texts));
  }

  void step(const Step& s) {
    std::string text = "bước “" + shown(s.name.value_or("").empty() ? s.code : *s.name) + "”";
    if (s.unit_id && !s.unit_id->empty()) text += " ở " + shown(*s.unit_id);
    if (s.assignee_id && !s.assignee_id->empty()) text += ", " + shown(*s.assignee_id);
    if (s.due_at) text += ", hạn bước " + format_vn(*s.due_at);
    if (s.completed_at) text += ", xong " + format_vn(*s.completed_at);
    out.push_back(text);
  }

  void facts(const Facts& f) {
    say("việc", f.title);
    say("thủ tục", f.procedure_code);
    say("lĩnh vực", f.field);
    say("đơn vị", f.unit_id);
    say("người", f.assignee_id);
    say("thẩm quyền", f.authority);
    say("kết quả", f.expected_result);
    say("nộp", f.submitted_at);
    say("nhận", f.received_at);
    say("xong", f.completed_at);
    say("trả kết quả", f.returned_at);
    say("khối lượng", f.progress_percent, " %");
    say("trọng tâm", "không trọng tâm", f.focus);
    say("khẩn", "không khẩn", f.urgent);
    if (f.channel) out.push_back("kênh " + std::string(channel_words(*f.channel)));
    say("hài lòng", f.satisfaction, "");
    list("phụ thuộc", f.depends_on);
    list("danh sách", f.lists);
    list("chỉ tiêu", f.targets);
    say("người đăng ký", f.registered_by);
    say("thuộc", f.parent_id);
    say("khu phố", f.area_id);
    say("phường", f.ward_id);
  }

  std::vector<std::string> out;
};

std::string value_words(const v1::Evidence& e) {
  if (e.value_case() == v1::Evidence::kText) return shown(e.text());
  if (e.value_case() == v1::Evidence::kAt) {
    return format_vn(instant_of(e.at().seconds() * 1000 + e.at().nanos() / 1'000'000));
  }
  char text[32];
  const bool whole = std::floor(e.number()) == e.number();
  std::snprintf(text, sizeof text, whole ? "%.0f" : "%.3f", e.number());
  return text;
}

}  // namespace

std::string_view kind_words(Kind kind) {
  static constexpr std::array<std::string_view, kKindCount> kWords = {
      "", "nhiệm vụ", "hồ sơ", "phản ánh, kiến nghị", "công trình, dự án"};
  return kWords.at(static_cast<std::size_t>(kind));
}

std::string_view status_words(WorkStatus status) {
  static constexpr std::array<std::string_view, kStatusCount> kWords = {
      "chưa có trạng thái",
      "mới đăng ký",
      "đã tiếp nhận",
      "đang xử lý",
      "đang chờ",
      "tạm dừng",
      "đã xử lý xong",
      "đã trả kết quả",
      "bị từ chối",
      "đã rút",
      "đã báo cáo xong, chờ xác nhận",
      "đã chuyển cơ quan khác",
      "từ chối nhận việc",
      "hủy vì nhập nhầm"};
  return kWords.at(static_cast<std::size_t>(status));
}

std::string_view state_words(ItemWord word) {
  static constexpr std::array<std::string_view, 5> kWords = {"", "Trong hạn", "Nguy cơ trễ",
                                                             "Quá hạn", "Tạm dừng"};
  return kWords.at(static_cast<std::size_t>(word));
}

std::string dependency_words(DependencyState state) {
  static constexpr std::array<std::string_view, 5> kWords = {
      "(chưa biết việc này)", "(trong hạn)", "(dự báo trễ)", "(quá hạn)", "(đã xong)"};
  return std::string(kWords.at(static_cast<std::size_t>(state)));
}

std::vector<std::string> sayings(const Event& event, Kind known) {
  Sayings s;
  if (event.status) s.out.emplace_back(status_words(*event.status));
  if (event.waiting_for) s.out.push_back("chờ " + std::string(waiting_words(*event.waiting_for)));
  if (event.kind != Kind::kNone && event.kind != known) s.out.emplace_back(kind_words(event.kind));
  if (!event.clear.empty()) s.out.push_back("bỏ " + joined(event.clear));
  if (!event.voids.empty()) s.out.push_back("hủy sự kiện " + joined(event.voids));
  s.say("hạn", event.due_at);
  if (event.step) s.step(*event.step);
  s.facts(event.facts);
  if (s.out.empty()) s.out.emplace_back("không nói thêm gì");
  return std::move(s.out);
}

std::string change_words(const v1::AlertEvent& alert) {
  static constexpr std::array<std::string_view, 6> kCauses = {
      "", "không còn như vậy", "việc đã kết thúc", "đã chuyển đơn vị", "rút lại", "quy tắc đã đổi"};
  static constexpr std::array<std::string_view, 5> kChanges = {"?", "mở", "đổi mức", "đóng",
                                                               "cập nhật"};
  static constexpr std::array<std::string_view, 4> kLevels = {"", "để biết", "vàng", "đỏ"};
  const auto change = static_cast<std::size_t>(alert.change());
  const auto level = static_cast<std::size_t>(alert.level());
  std::string out(change < kChanges.size() ? kChanges.at(change) : "?");
  const auto cause = static_cast<std::size_t>(alert.cause());
  if (cause > 0 && cause < kCauses.size()) out += " (" + std::string(kCauses.at(cause)) + ")";
  if (change != 3 && level < kLevels.size()) out += ", mức " + std::string(kLevels.at(level));
  return out;
}

std::vector<std::string> evidence_words(const v1::AlertEvent& alert) {
  std::vector<std::string> out;
  for (const v1::Evidence& e : alert.evidence())
    out.push_back(shown(e.name()) + " " + value_words(e));
  return out;
}

std::string sub_clock_words(const v1::SubClock& clock,
                            const std::function<std::string(Instant)>& time) {
  const std::string& state = clock.state();
  if (state == "not_started") return "chưa bắt đầu";
  if (state == "not_needed") return "không cần nữa";
  const std::string due = "hạn " + time(instant_of(clock.due_at()));
  if (state == "running") return "đang chạy, " + due;
  if (state == "overdue") return "quá hạn, " + due;
  return std::string(state == "done" ? "xong trong hạn, " : "xong quá hạn, ") +
         time(instant_of(clock.ended_at())) + " (" + due + ")";
}

}  // namespace kip
