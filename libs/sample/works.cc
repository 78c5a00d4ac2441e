// Tasks that leaders give, and projects with their milestones: what the ward sets itself.

#include <algorithm>
#include <chrono>

#include "sample/story.h"

namespace kip::sampling {
namespace {

using boost::json::array;
using boost::json::object;
using std::chrono::days;

constexpr std::int64_t kTasksADay = 3'350;  // thousandths
constexpr int kProjectEveryDays = 15;

struct Order {
  std::string_view title, unit, result, target;
  bool local;  // done in one khu phố at a time
};
constexpr std::string_view kKt = "kinh-te-ha-tang-do-thi", kVh = "van-hoa-xa-hoi";
const std::vector<Order> kOrders = {
    {"Rà soát, xử lý hồ sơ đất đai tồn đọng", kKt, "Danh sách hồ sơ đã xử lý", "T26", true},
    {"Kiểm tra trật tự xây dựng", kKt, "Báo cáo, biên bản kiểm tra", "", true},
    {"Khắc phục điểm ngập, nạo vét cống", kKt, "Biên bản nghiệm thu", "T26", true},
    {"Chỉnh trang vỉa hè, lập lại trật tự lòng đường", kKt, "Báo cáo có ảnh hiện trường", "", true},
    {"Tháo gỡ vướng mắc giải phóng mặt bằng", kKt, "Biên bản bàn giao mặt bằng", "T21", true},
    {"Rà soát hộ kinh doanh, hỗ trợ chuyển đổi", kKt, "Danh sách, báo cáo", "T20", true},
    {"Cập nhật kịch bản tăng trưởng", "dang-uy-ubnd", "Kịch bản theo quý", "T28", false},
    {"Số hóa sổ hộ tịch", "van-phong", "Dữ liệu đã đối chiếu", "T07", false},
    {"Rà soát, đề xuất rút ngắn thời gian thủ tục", "van-phong", "Tờ trình", "T08", false},
    {"Trả lời dứt điểm phản ánh kéo dài", "van-phong", "Văn bản trả lời", "T10", false},
    {"Khảo sát mức độ hài lòng", "tt-phuc-vu-hcc", "Báo cáo kết quả khảo sát", "T09", false},
    {"Hướng dẫn nộp hồ sơ trực tuyến", "tt-phuc-vu-hcc", "Số lượt được hướng dẫn", "T06", true},
    {"Rà soát hộ nghèo, hộ cận nghèo", kVh, "Danh sách, biên bản", "", true},
    {"Chi trả trợ cấp xã hội", kVh, "Bảng chi trả", "", false},
    {"Tổ chức Ngày Văn hóa Việt Nam", kVh, "Kế hoạch, báo cáo", "", false},
    {"Kiểm tra an toàn thực phẩm bếp ăn tập thể", "tram-y-te", "Biên bản kiểm tra", "", true},
    {"Tổng hợp cam kết trách nhiệm", "ban-xay-dung-dang", "Danh sách đã ký", "T16", false},
    {"Theo dõi đăng ký công trình, phần việc", "ban-xay-dung-dang", "Danh mục", "T17", false},
    {"Số hóa hồ sơ công việc", "van-phong-dang-uy", "Hồ sơ số", "T12", false},
    {"Kiểm tra việc thực hiện kết luận", "ubkt-dang-uy", "Thông báo kết quả", "T27", false},
    {"Giải quyết việc khó, điểm nghẽn", "chi-bo-truc-thuoc", "Báo cáo kết quả", "T23", true},
    {"Giám sát việc trả lời phản ánh", "mttq", "Báo cáo giám sát", "T10", false},
    {"Vận động phân loại rác tại nguồn", "hoi-phu-nu", "Số hộ tham gia", "", true},
    {"Ra quân Ngày Chủ nhật xanh", "doan-thanh-nien", "Báo cáo có ảnh", "", true},
    {"Xử lý đậu đỗ xe sai quy định", "cong-an", "Báo cáo xử lý", "", true},
    {"Chuẩn bị công tác tuyển quân", "ban-chi-huy-quan-su", "Kế hoạch, danh sách", "", false},
};

std::string authority(Rng& rng) {
  static const std::vector<std::string_view> kSigns = {"-KL/ĐU", "/QĐ-UBND", "-TB/ĐU", "/KH-UBND",
                                                       "-CTr/ĐU"};
  static const std::vector<std::string_view> kWords = {"KL ", "QĐ ", "TB ", "KH ", "CTr "};
  const std::size_t i = rng.pick({35, 30, 15, 15, 5});
  return std::string(kWords[i]) + std::to_string(rng.whole(3, 90)) + std::string(kSigns[i]);
}

// Reports on the way: progress from 0 at `begin` to 100 after `active` seconds of work.
class Progress {
 public:
  Progress(Scene& scene, Story& story, Instant begin, std::int64_t active, bool slow_start)
      : scene_(scene), story_(story), begin_(begin), active_(active), slow_start_(slow_start) {}

  std::int64_t percent(Instant at) {
    const std::int64_t share =
        std::clamp<std::int64_t>(scene_.between(begin_, at) * 1000 / active_, 0, 1000);
    const std::int64_t told = slow_start_ ? share * share / 1000 : share;
    most_ = std::max(most_, std::min<std::int64_t>(99, told / 10 + story_.rng.whole(-2, 2)));
    return most_;
  }

  // From `t` to `to`, every two working days or so. `gap_most`: working hours between reports.
  void report(Instant t, Instant to, std::int64_t gap_most) {
    Rng& rng = story_.rng;
    for (;;) {
      const std::int64_t hours = rng.chance(6'000) ? rng.whole(25, 40) : rng.whole(12, gap_most);
      t = scene_.add(t, hours * kHour + rng.whole(-40, 40) * kMinute);
      if (t >= to) return;
      story_.tell(t, "IN_PROGRESS")["progress_percent"] = percent(t);
    }
  }

 private:
  Scene& scene_;
  Story& story_;
  Instant begin_;
  std::int64_t active_, most_ = 0;
  bool slow_start_;
};

class Task {
 public:
  Task(Scene& scene, std::int64_t number, Instant given)
      : scene_(scene),
        story_(scene, "NV-" + padded(number, 3), kTask),
        rng_(story_.rng),
        number_(number),
        order_(rng_.of(kOrders)),
        t_(given) {}

  void live() {
    give();
    if (take()) work();
    story_.publish();
  }

 private:
  void give();
  bool take();
  void work();
  void suspend();
  void extend(Instant done);
  void close(Instant done);

  Scene& scene_;
  Story story_;
  Rng& rng_;
  std::int64_t number_;
  const Order& order_;
  Instant t_, due_{};
  std::int64_t allowed_ = 0;
};

void Task::give() {
  static const std::vector<std::int64_t> kTerms = {5, 10, 22, 30, 45, 66, 88, 120};
  allowed_ = kTerms[rng_.pick({5, 7, 10, 15, 18, 19, 14, 12})] * kDay;
  // Due at the close of a day, as orders say.
  due_ = scene_.calendar.day_close(local_day(scene_.add(t_, allowed_)));
  allowed_ = scene_.between(t_, due_);
  const std::string place = order_.local ? ", khu phố " + std::to_string(rng_.whole(1, 12))
                                         : ", đợt " + std::to_string(rng_.whole(1, 4));
  object& e = story_.tell(t_, "REGISTERED");
  e["title"] = std::string(order_.title) + place;
  e["procedure_code"] = "nhiem-vu";
  // One of the six clear fields is missing now and then.
  const auto missing = rng_.chance(8'000) ? rng_.whole(1, 5) : 0;
  if (missing != 1) e["assignee_id"] = officer(order_.unit, rng_);
  if (missing != 2) e["expected_result"] = order_.result;
  if (missing != 3) e["authority"] = authority(rng_);
  if (missing != 4) e["unit_id"] = scene_.unit_or_any(order_.unit);
  if (missing != 5 || rng_.chance(50'000)) e["due_at"] = time_text(due_);
  e["focus"] = rng_.chance(14'000);
  if (!order_.target.empty()) e["targets"] = object{{"values", array{order_.target}}};
  if (rng_.chance(15'000)) {
    static const std::vector<std::string_view> kLists = {"registered-work", "backlog", "hard-issue",
                                                         "bottleneck"};
    e["lists"] = object{{"values", array{kLists[rng_.pick({50, 20, 15, 15})]}}};
    e["registered_by"] = officer("lanh-dao", rng_);
  }
  if (number_ > 10 && rng_.chance(3'000)) {
    const std::string other = "NV-" + padded(number_ - rng_.whole(1, 9), 3);
    e["depends_on"] = object{{"ids", array{other}}};
  }
  if (missing == 0 || !rng_.chance(65'000)) return;
  const Instant later = scene_.add(t_, rng_.whole(5, 40) * kHour);
  object& said = story_.tell(later);
  if (missing == 1) said["assignee_id"] = officer(order_.unit, rng_);
  if (missing == 2) said["expected_result"] = order_.result;
  if (missing == 3) said["authority"] = authority(rng_);
  if (missing == 4) said["unit_id"] = scene_.unit_or_any(order_.unit);
  if (missing == 5) said["due_at"] = time_text(due_);
}

bool Task::take() {
  t_ = scene_.add(t_,
                  rng_.chance(2'000) ? rng_.whole(9, 20) * kHour : rng_.whole(15, 330) * kMinute);
  if (rng_.chance(1'200)) {
    story_.tell(t_, "DECLINED");
    t_ = scene_.add(t_, rng_.whole(2, 7) * kHour);
    object& again = story_.tell(t_, "REGISTERED");
    again["unit_id"] = scene_.unit_or_any("van-phong");
    again["assignee_id"] = officer("van-phong", rng_);
    t_ = scene_.add(t_, rng_.whole(1, 6) * kHour);
  }
  story_.tell(t_, "ACCEPTED");
  if (!rng_.chance(1'000)) return true;
  story_.tell(scene_.add(t_, rng_.whole(4, 60) * kHour), "WITHDRAWN");
  return false;
}

void Task::suspend() {
  object& e = story_.tell(t_, "SUSPENDED");
  e["authority"] = authority(rng_);
  const std::int64_t left = scene_.between(t_, due_);
  t_ = scene_.add(t_, rng_.whole(5, 35) * kDay);
  due_ = scene_.add(t_, left);
  story_.tell(t_, "IN_PROGRESS")["due_at"] = time_text(due_);
}

// Who will not make it asks for more time before the end; a few ask twice.
void Task::extend(Instant done) {
  for (int times = rng_.chance(45'000) ? 2 : 1; times > 0 && done > due_; --times) {
    const Instant asked = scene_.calendar.back(due_, WorkTime{rng_.whole(3, 14) * kHour * 1000});
    if (asked <= t_) return;
    due_ = times == 2 ? scene_.add(due_, scene_.between(due_, done) / 2 + kHour)
                      : scene_.add(done, rng_.whole(2, 9) * kHour);
    object& e = story_.tell(asked);
    e["due_at"] = time_text(due_);
    e["authority"] = authority(rng_);
  }
}

void Task::work() {
  std::int64_t active = working_pace(allowed_, 4'800, rng_);
  const bool late = active > allowed_;
  if (!late && rng_.chance(5'000) && allowed_ > 15 * kDay) {
    t_ = scene_.add(t_, active / 3);
    active -= active / 3;
    suspend();
  }
  Progress progress(scene_, story_, t_, active, rng_.chance(4'000));
  const Instant done = scene_.add(t_, active);
  progress.report(t_, done, allowed_ > 30 * kDay ? 24 : 18);
  if (late && rng_.chance(50'000)) extend(done);
  t_ = done;
  close(done);
}

void Task::close(Instant done) {
  object& e = story_.tell(done, "SUBMITTED");
  e["progress_percent"] = rng_.chance(400) ? 110 : 100;
  if (rng_.chance(4'000)) {  // not yet what was expected
    t_ = scene_.add(t_, rng_.whole(2, 12) * kHour);
    story_.tell(t_, "IN_PROGRESS")["progress_percent"] = 90;
    t_ = scene_.add(t_, rng_.whole(3, 20) * kHour);
    story_.tell(t_, "SUBMITTED")["progress_percent"] = 100;
  }
  const Instant told = t_;
  t_ = scene_.add(t_, rng_.whole(1, 14) * kHour);
  story_.tell(t_, "COMPLETED")["completed_at"] = time_text(told);
  if (!rng_.chance(400)) return;
  t_ = scene_.add(t_, rng_.whole(1, 4) * kDay);
  object& again = story_.tell(t_, "IN_PROGRESS");
  again["progress_percent"] = 80;
  again["due_at"] = time_text(scene_.add(t_, 5 * kDay));
  t_ = scene_.add(t_, rng_.whole(1, 4) * kDay);
  story_.tell(t_, "COMPLETED")["progress_percent"] = 100;
}

struct Works {
  std::string_view title;
  std::string_view place;
};
const std::vector<Works> kWorks = {
    {"Nâng cấp đường hẻm", "khu phố"},          {"Cải tạo hệ thống thoát nước", "khu phố"},
    {"Xây dựng nhà văn hóa", "khu phố"},        {"Lắp đặt chiếu sáng công cộng", "khu phố"},
    {"Cải tạo trường tiểu học", "điểm trường"}, {"Công viên cây xanh", "khu phố"},
    {"Sửa chữa trụ sở tiếp dân", "đợt"},        {"Mở rộng vỉa hè, hạ ngầm cáp", "giai đoạn"}};

// One milestone, told from when the one before it was reached.
Instant milestone(Scene& scene, const std::string& project, int n, std::string_view title,
                  Instant t, Instant due, Instant done) {
  Story story(scene, project + "-M" + std::to_string(n), kProject);
  Rng& rng = story.rng;
  object& e = story.tell(t, "ACCEPTED");
  e["title"] = title;
  e["parent_id"] = project;
  e["unit_id"] = scene.unit_or_any(kKt);
  e["assignee_id"] = officer("du-an", rng);
  e["authority"] = authority(rng);
  e["expected_result"] = "Biên bản xác nhận mốc";
  e["received_at"] = time_text(t);
  e["due_at"] = time_text(due);
  const std::int64_t active = std::max(scene.between(t, done), kHour);
  Progress(scene, story, t, active, false).report(t, done, 23);
  // A milestone that slips is put off once, shortly before.
  const std::int64_t slips = scene.between(due, done);
  const Instant asked = scene.calendar.back(due, WorkTime{5 * kHour * 1000});
  if (slips > 0 && asked > t) {
    story.tell(asked)["due_at"] = time_text(scene.add(done, 6 * kDay));
  }
  object& last = story.tell(done, "COMPLETED");
  last["completed_at"] = time_text(done);
  last["progress_percent"] = 100;
  story.publish();
  return done;
}

void project(Scene& scene, std::int64_t number, Instant begun) {
  Story story(scene, "DA-" + padded(number, 2), kProject);
  Rng& rng = story.rng;
  const Works& works = rng.of(kWorks);
  const std::int64_t term = rng.whole(110, 230) * kDay;
  const Instant due = scene.calendar.day_close(local_day(scene.add(begun, term)));
  // Every eighth lags: it needs half as much time again as it has.
  const std::int64_t pace = number % 8 == 3 ? 1500 : rng.whole(680, 790);
  const std::int64_t active = term / 1000 * pace;
  object& e = story.tell(begun, "ACCEPTED");
  e["title"] = std::string(works.title) + ", " + std::string(works.place) + " " +
               std::to_string(rng.whole(1, works.place == "khu phố" ? 12 : 3));
  e["unit_id"] = scene.unit_or_any(kKt);
  e["assignee_id"] = officer("du-an", rng);
  e["authority"] = authority(rng);
  e["expected_result"] = "Công trình bàn giao, đưa vào sử dụng";
  e["field"] = "Đầu tư công";
  e["area_id"] = "kp-" + padded(rng.whole(1, 12), 2);
  e["focus"] = rng.chance(30'000);
  e["targets"] = object{{"values", array{"T21"}}};
  e["received_at"] = time_text(begun);
  e["due_at"] = time_text(due);
  const Instant done = scene.add(begun, active);
  Progress(scene, story, begun, active, false).report(begun, done, 20);
  object& last = story.tell(done, "COMPLETED");
  last["progress_percent"] = 100;
  last["completed_at"] = time_text(done);
  story.publish();

  struct Mark {
    std::string_view title;
    std::int64_t share;
  };
  static constexpr Mark kMarks[] = {{"Giải phóng mặt bằng", 250},
                                    {"Lựa chọn nhà thầu", 450},
                                    {"Thi công phần chính", 800},
                                    {"Nghiệm thu, bàn giao", 1000}};
  Instant t = scene.add(begun, 2 * kHour);
  int n = 0;
  for (const Mark& mark : kMarks) {
    const std::int64_t planned = term / 1000 * mark.share;
    const Instant marked = std::max(scene.add(begun, planned), scene.add(t, 10 * kDay));
    t = milestone(scene, story.item_id(), ++n, mark.title, t, marked,
                  scene.add(begun, planned / 1000 * pace));
  }
}

}  // namespace

void tell_tasks(Scene& scene) {
  std::int64_t number = 0;
  for (LocalDay day = local_day(scene.begin); day <= scene.last_day(); day += days{1}) {
    if (!scene.calendar.is_working_day(day)) continue;
    Rng rng = scene.rng("tasks " + std::to_string(day.time_since_epoch().count()));
    std::vector<Instant> given;
    for (auto n = rng.count(kTasksADay * scene.scale_thousandths / 1000); n > 0; --n) {
      given.push_back(scene.office(day, rng));
    }
    std::sort(given.begin(), given.end());
    for (const Instant at : given) Task(scene, ++number, at).live();
  }
}

void tell_projects(Scene& scene) {
  std::int64_t number = 0;
  const std::int64_t gap = kProjectEveryDays * 24 * 60 * 1000 / scene.scale_thousandths;  // minutes
  for (std::int64_t i = 0;; ++i) {
    const LocalDay day = local_day(scene.begin + std::chrono::minutes{i * gap});
    if (day > scene.last_day()) return;
    Rng rng = scene.rng("projects " + std::to_string(i));
    project(scene, ++number, scene.add(day_start(day), rng.whole(kHour, 7 * kHour)));
  }
}

}  // namespace kip::sampling
