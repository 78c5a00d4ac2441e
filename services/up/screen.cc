#include "up/screen.h"

#include <cstdio>

#include "app/alert_line.h"
#include "app/check.h"
#include "app/printable.h"
#include "app/totals.h"

namespace kip {
namespace {

using std::chrono::days;

// "07:30-11:30, 13:00-17:00", of the next working day.
std::string hours_text(const Calendar& calendar, Instant now) {
  if (calendar.is_always()) return "mọi lúc (--calendar always)";
  LocalDay day = local_day(now);
  for (int i = 0; i < 60 && !calendar.is_working_day(day); ++i) day += days{1};
  const auto clock = [](Instant at) {
    const std::string text = format_vn(at);
    return text.substr(text.size() - 5);
  };
  std::string out;
  bool opens = true;
  const Instant end = day_start(day + days{1});
  for (Instant at = calendar.next_boundary(day_start(day)); at < end;
       at = calendar.next_boundary(at)) {
    out += opens ? (out.empty() ? "" : ", ") + clock(at) + "-" : clock(at);
    opens = !opens;
  }
  return out;
}

// "mai T3 24/11 nghỉ", "mai T7 28/11 làm bù"; empty where tomorrow is as the week says.
std::string tomorrow_text(const Calendar& calendar, Instant now) {
  if (calendar.is_always()) return "";
  const LocalDay day = local_day(now) + days{1};
  const unsigned weekday = std::chrono::weekday{day}.c_encoding();
  const bool by_week = weekday >= 1 && weekday <= 5;
  if (calendar.is_working_day(day) == by_week) return "";
  const std::string text = format_vn(day_start(day));  // "T3 24/11/2026, 00:00"
  return "; mai " + text.substr(0, 8) + (by_week ? " nghỉ" : " làm bù");
}

std::string clock_text(const ClockSpec& clock) {
  if (clock.kind == ClockSpec::Kind::kAt) return ", đứng yên";
  if (clock.kind == ClockSpec::Kind::kLog) return ", theo dữ liệu";
  char factor[32];
  std::snprintf(factor, sizeof factor, "%g", clock.factor);
  return std::string(", chạy nhanh ") + factor + " lần";
}

void line(const char* name, const std::string& text) {
  std::printf("  %s   %s\n", name, text.c_str());
}

// Who is told, and how.
std::string messages_text(const CheckFigures& figures, const Service& service) {
  if (service.clock().kind == ClockSpec::Kind::kLog) return "đồng hồ theo dữ liệu: không gửi tin";
  if (figures.people == 0) return "chưa có people.yaml: không ai nhận tin";
  return grouped(figures.people) + " người nhận, " +
         (figures.outbox_only ? "chưa cấu hình kênh: thư ghi vào " + service.data() + "/outbox"
                              : grouped(figures.channels) + " kênh") +
         (figures.shadow ? "; chạy thử: mọi tin gửi người vận hành" : "");
}

}  // namespace

void print_head(const Service& service, const CommonOptions& common, const std::string& version,
                const std::string& brokers) {
  const auto policy = service.policy();
  const Calendar& calendar = policy->calendars.common();
  const Instant now = service.now();
  const CheckFigures figures = check_config(common, now);
  std::printf("Kịp %s   %s   giờ làm việc %s\n\n", version.c_str(),
              policy->registry.ward.name.c_str(), hours_text(calendar, now).c_str());
  line("Cấu hình", grouped(figures.rules) + " quy tắc, " + grouped(figures.procedures) +
                       " thủ tục, " + grouped(figures.targets) + " chỉ tiêu, " +
                       grouped(figures.units) + " đơn vị" +
                       (policy->registry.open ? " (danh bạ mở)" : ""));
  if (calendar.is_always()) {
    line("Lịch    ", "mọi lúc đều là giờ làm việc");
  } else if (common.calendar == "weekdays") {
    line("Lịch    ", "tuần thường, không có ngày lễ");
  } else {
    line("Lịch    ", grouped(figures.days) + " ngày nghỉ và làm bù " +
                         std::to_string(figures.first_year) + "-" +
                         std::to_string(figures.last_year) + tomorrow_text(calendar, now));
    for (const std::string& words : calendar_words(figures)) line("        ", words);
  }
  char free[32];
  std::snprintf(free, sizeof free, "%.0f GB",
                static_cast<double>(service.free_bytes()) / (1 << 30));
  if (brokers.empty()) {
    line("Kho     ", service.data() + (service.reach().all == 0 ? " (mới)" : "") + ", còn trống " +
                         free + ", " + std::to_string(service.shards().size()) + " phần");
  } else {
    line("Kho     ", service.data() + ", còn trống " + free);
    line("Kafka   ", brokers);
  }
  line("Thư báo ", messages_text(figures, service));
  std::fflush(stdout);
}

Status print_ready(const Service& service, const std::string& address) {
  auto totals = read_totals(*service.view());
  if (!totals) return totals.error();
  std::printf("\n  %s\n", states_sentence(states_of(*totals)).c_str());
  if (const std::int64_t n = provisional_of(*totals); n > 0) {
    std::printf("  %s việc có hạn ngoài các năm của lịch: tạm tính theo tuần thường\n",
                grouped(static_cast<std::uint64_t>(n)).c_str());
  }
  std::printf("\n");
  std::printf("  Màn hình   %s\n", address.c_str());
  std::printf("  Số đo      %smetrics\n", address.c_str());
  std::printf("  Gửi tin    POST %sv1/events   (CloudEvents)\n\n", address.c_str());
  const auto kind = service.clock().kind;
  if (kind != ClockSpec::Kind::kWall) {
    std::printf("  Đồng hồ mẫu: %s%s.\n", format_vn(service.now()).c_str(),
                clock_text(service.clock()).c_str());
  }
  std::printf("  Cảnh báo mới hiện ở dưới. Ctrl+C để dừng; chạy lại là tiếp tục.\n\n");
  std::printf("ready %s\n", address.c_str());
  std::fflush(stdout);
  return {};
}

void print_urgent(const Service& service) {
  constexpr std::size_t kShownMax = 5;
  const auto policy = service.policy();
  const UrgentItems urgent = scan_urgent(*service.view(), *policy, service.now(), kShownMax);
  if (urgent.items.empty()) return;
  std::printf("\n  Gấp nhất lúc này:\n");
  for (const UrgentItem& item : urgent.items)
    std::printf("%s\n", urgent_line(item, *policy).c_str());
  std::printf("\n  Thử tiếp:  kip trace %s --data %s   (vì sao báo, từng sự kiện)\n\n",
              printable(urgent.items.front().item_id, 200).c_str(), service.data().c_str());
  std::fflush(stdout);
}

}  // namespace kip
