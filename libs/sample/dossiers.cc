// Dossiers: what people file, from the catalogue of procedures.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <optional>

#include "sample/story.h"

namespace kip::sampling {
namespace {

using boost::json::object;
using std::chrono::days;

constexpr std::int64_t kDossiersADay = 29'500, kDossiersARestDay = 2'000;  // thousandths

// A dossier that is to reach a limit near the end of the sample, so that its first hours are
// lively. All in minutes of working time after `end`.
struct Cue {
  bool due_soon;      // `at` is when a fifth of the allowed time is left; else when all is gone
  std::int64_t at;    // minutes
  std::int64_t done;  // minutes
};
constexpr Cue kCues[] = {
    {true, 1, 700},     {true, 5, 1400},     {true, 14, 420},     {true, 38, 1900},
    {true, 90, 800},    {true, 170, 2400},   {true, 260, 900},    {true, -30, 33},
    {true, -200, 14},   {false, 8, 260},     {false, 27, 150},    {false, 76, 700},
    {false, 190, 500},  {false, 240, 7},     {false, 410, 21},    {false, -95, 35},
    {false, -700, 170}, {false, -1500, 620}, {false, -2300, 900},
};

struct Filing {
  const Procedure* procedure;
  Channel channel;
  Instant submitted;
  std::optional<Instant> accepted, done;  // given by a cue
};

bool is_quick(const Procedure& p) { return p.statutory.unit == Statutory::Unit::kSameDay; }

// The step at which the applicant pays, by its name in the catalogue; 0: none.
std::size_t payment_step(const Procedure& p) {
  for (std::size_t i = 1; i < p.steps.size(); ++i) {
    if (p.steps[i].name.find("nghĩa vụ tài chính") != std::string::npos) return i;
  }
  return 0;
}

std::string_view officers_of(const Procedure& p, std::string_view unit) {
  if (unit != p.unit) return unit;
  static constexpr std::pair<std::string_view, std::string_view> kDesks[] = {
      {"Hộ tịch", "ho-tich"},       {"Chứng thực", "chung-thuc"},       {"Đất đai", "dat-dai"},
      {"Bảo trợ xã hội", "xa-hoi"}, {"Hoạt động xây dựng", "xay-dung"}, {"Giảm nghèo", "xa-hoi"}};
  for (const auto& [field, desk] : kDesks) {
    if (p.field == field) return desk;
  }
  return unit;
}

// The life of one dossier. `t_` is how far it has been told.
class Dossier {
 public:
  Dossier(Scene& scene, const Filing& filing, std::string code)
      : scene_(scene),
        filing_(filing),
        p_(*filing.procedure),
        story_(scene, std::move(code), kDossier),
        rng_(story_.rng),
        t_(filing.submitted) {}

  void live() {
    if (accept()) work();
    story_.publish();
  }

 private:
  object& open(std::string_view status);  // the first event, with all that does not change
  bool accept();                          // false: it ended there
  void work();
  void step(std::size_t k);
  void hold(std::int64_t seconds);
  void pause(std::string_view reason, std::int64_t hours_most);
  bool mishap(std::size_t k);  // true: it ended there
  void finish();
  void reopen();

  Scene& scene_;
  const Filing& filing_;
  const Procedure& p_;
  Story story_;
  Rng& rng_;
  Instant t_, due_{};
  std::int64_t allowed_ = 0;  // seconds
  std::int64_t active_ = 0;   // seconds of work that it will take
  bool apologised_ = false;
  object step_;
};

object& Dossier::open(std::string_view status) {
  object& e = story_.tell(t_, status);
  e["submitted_at"] = time_text(filing_.submitted);
  e["procedure_code"] = p_.code;
  e["field"] = p_.field;
  e["unit_id"] = rng_.chance(50) ? "phong-tai-nguyen-moi-truong" : p_.unit;  // of the old district
  static constexpr std::string_view kWords[] = {"UNSPECIFIED", "COUNTER", "ONLINE", "POST"};
  const auto channel = static_cast<std::size_t>(filing_.channel);
  e["channel"] = "INTAKE_CHANNEL_" + std::string(kWords[channel]);
  return e;
}

bool Dossier::accept() {
  // At the counter a dossier is entered when it is taken; the others wait until somebody looks.
  const bool counter = filing_.channel == Channel::kCounter;
  if (!counter) open("REGISTERED");
  std::int64_t delay = counter ? rng_.whole(3, 11) * kMinute : rng_.whole(10, 200) * kMinute;
  if (!counter && rng_.chance(4'000)) delay = rng_.whole(490, 900) * kMinute;
  t_ = filing_.accepted ? *filing_.accepted : scene_.add(t_, delay);
  if (!filing_.accepted && rng_.chance(counter ? 300 : 1'500)) {
    counter ? open("REJECTED") : story_.tell(t_, "REJECTED");
    return false;
  }
  const auto term =
      scene_.registry.statutory_time({p_.code, filing_.channel, t_}, t_, scene_.calendar);
  allowed_ = std::max<std::int64_t>(term ? term->ms / 1000 : 3 * kDay, kHour);
  due_ = scene_.add(t_, allowed_);
  const bool hard = p_.field == "Đất đai" || p_.field == "Hoạt động xây dựng";
  const std::int64_t late_share = is_quick(p_) ? 900 : hard ? 13'000 : 4'600;
  active_ = filing_.done ? std::max<std::int64_t>(scene_.between(t_, *filing_.done), kMinute)
                         : working_pace(allowed_, late_share, rng_);
  if (is_quick(p_) && active_ < allowed_ * 4 / 5) active_ /= rng_.whole(1, 6);
  object& e = counter ? open("ACCEPTED") : story_.tell(t_, "ACCEPTED");
  e["received_at"] = time_text(t_);
  e["due_at"] = time_text(rng_.chance(45) ? due_ - days{365} : due_);  // a slip of the year
  e["digitised"] = rng_.chance(86'000);
  if (payment_step(p_) != 0) e["fee_due"] = true;
  step(0);
  e["step"] = step_;
  if (rng_.chance(70)) {  // filed twice: the second one never was
    t_ = scene_.add(t_, rng_.whole(10, 90) * kMinute);
    story_.tell(t_, "VOID");
    return false;
  }
  return true;
}

// Makes the present step; the caller puts it into an event.
void Dossier::step(std::size_t k) {
  if (k >= p_.steps.size()) return;
  const Procedure::Part& part = p_.steps[k];
  step_ = {{"code", part.code},
           {"name", part.name},
           {"unit_id", part.unit},
           {"assignee_id", officer(officers_of(p_, part.unit), rng_)},
           {"started_at", time_text(t_)}};
  // Its own limit, in the sources that have one; a fifth more than its share.
  if (allowed_ > kDay && rng_.chance(20'000)) {
    const auto share = static_cast<std::int64_t>(part.share * 1200);
    step_["due_at"] = time_text(std::min(due_, scene_.add(t_, allowed_ / 1000 * share)));
  }
}

// Time goes by in the step, with a note to the file now and then.
void Dossier::hold(std::int64_t total) {
  while (total > 16 * kHour) {
    const std::int64_t part =
        rng_.chance(10'000) ? rng_.whole(25, 36) * kHour : rng_.whole(14 * 60, 23 * 60) * kMinute;
    if (part >= total) break;
    total -= part;
    t_ = scene_.add(t_, part);
    story_.tell(t_)["step"] = step_;
  }
  t_ = scene_.add(t_, total);
}

void Dossier::pause(std::string_view reason, std::int64_t hours_most) {
  story_.tell(t_, "WAITING")["waiting_for"] = "WAITING_FOR_" + std::string(reason);
  const std::int64_t left = scene_.between(t_, due_);
  t_ = scene_.add(t_, rng_.whole(3 * 60, hours_most * 60) * kMinute);
  object& e = story_.tell(t_, "IN_PROGRESS");
  if (reason == "PAYMENT") e["paid_online"] = rng_.chance(60'000);
  if (left <= 0) return;
  due_ = scene_.add(t_, left);
  if (rng_.chance(70'000)) e["due_at"] = time_text(due_);  // others leave it to the reader
}

bool Dossier::mishap(std::size_t k) {
  if (filing_.done) return false;
  if (k == 2 && rng_.chance(700)) {
    story_.tell(t_, rng_.chance(50'000) ? "WITHDRAWN" : "REJECTED");
    return true;
  }
  if (k == 2 && rng_.chance(120)) {  // the wrong button, and taken back
    const Instant before = t_;
    story_.tell(t_, "COMPLETED")["completed_at"] = time_text(t_);
    const std::string wrong = story_.last_id();
    t_ = scene_.add(t_, rng_.whole(6, 50) * kMinute);
    active_ += scene_.between(before, t_);
    story_.tell(t_, "IN_PROGRESS")["voids"] = boost::json::array{wrong};
  }
  if (k == 2 && rng_.chance(90)) story_.tell(t_ = scene_.add(t_, 40), "REGISTERED");
  if (k == 1 && !is_quick(p_) && rng_.chance(p_.unit == "van-phong" ? 7'000 : 17'000)) {
    pause("SUPPLEMENT", rng_.chance(15'000) ? 150 : 100);
    if (rng_.chance(5'000)) pause("SUPPLEMENT", 60);
  }
  if (k == 2 && !is_quick(p_) && rng_.chance(1'200)) pause("AGENCY", 60);
  return false;
}

void Dossier::work() {
  std::int64_t whole = 0;
  for (const Procedure::Part& part : p_.steps)
    whole += static_cast<std::int64_t>(part.share * 1000);
  for (std::size_t k = 0; k < p_.steps.size(); ++k) {
    if (k > 0) {
      step(k);
      story_.tell(t_, "IN_PROGRESS")["step"] = step_;
      if (mishap(k)) return;
      if (k == payment_step(p_)) pause("PAYMENT", 150);
    }
    const auto share = static_cast<std::int64_t>(p_.steps[k].share * 1000);
    const std::int64_t part = active_ * share / std::max<std::int64_t>(whole, 1);
    // Who sees that it will be late says so and names another day, once.
    const std::int64_t left = scene_.between(t_, due_);
    const bool sees = active_ > allowed_ && part > left && left > kHour && !filing_.done;
    if (sees && !apologised_ && rng_.chance(30'000)) {
      apologised_ = true;
      hold(left - kHour / 2);
      due_ = scene_.add(due_, active_ - allowed_ + kDay);
      story_.tell(t_)["due_at"] = time_text(due_);
      hold(part - left + kHour / 2);
    } else {
      hold(part);
    }
  }
  if (filing_.done) t_ = *filing_.done;
  finish();
}

void Dossier::finish() {
  object& done = story_.tell(t_, "COMPLETED");
  done["completed_at"] = time_text(t_);
  done["electronic_result"] = rng_.chance(72'000);
  if (rng_.chance(140)) return reopen();
  t_ = scene_.add(t_, rng_.chance(5'000) ? rng_.whole(9 * 60, 30 * 60) * kMinute
                                         : rng_.whole(4, is_quick(p_) ? 70 : 360) * kMinute);
  object& returned = story_.tell(t_, "RETURNED");
  returned["returned_at"] = time_text(t_);
  if (rng_.chance(18'000)) returned["satisfaction"] = 6 - rng_.pick({0, 62, 27, 7, 2, 2});
}

// A slip in the result: done once more.
void Dossier::reopen() {
  t_ = scene_.add(t_, rng_.whole(2 * 60, 10 * 60) * kMinute);
  due_ = scene_.add(t_, 3 * kDay);
  story_.tell(t_, "IN_PROGRESS")["due_at"] = time_text(due_);
  t_ = scene_.add(t_, rng_.whole(4 * 60, 26 * 60) * kMinute);
  story_.tell(t_, "COMPLETED")["completed_at"] = time_text(t_);
  t_ = scene_.add(t_, rng_.whole(20, 240) * kMinute);
  story_.tell(t_, "RETURNED")["returned_at"] = time_text(t_);
}

Channel channel_of(const Procedure& p, bool rest_day, Rng& rng) {
  if (rest_day) return Channel::kOnline;
  if (is_quick(p) && !rng.chance(12'000)) return Channel::kCounter;
  if (rng.chance(3'000)) return Channel::kPost;
  return rng.chance(55'000) ? Channel::kOnline : Channel::kCounter;
}

std::vector<Filing> filings_of(Scene& scene, LocalDay day,
                               const std::vector<std::int64_t>& weights) {
  Rng rng = scene.rng("dossiers " + std::to_string(day.time_since_epoch().count()));
  const bool rest = !scene.calendar.is_working_day(day);
  std::int64_t mean = rest ? kDossiersARestDay : kDossiersADay;
  if (!rest && !scene.calendar.is_working_day(day - days{1})) mean = mean * 118 / 100;
  std::vector<Filing> filings;
  for (auto n = rng.count(mean * scene.scale_thousandths / 1000); n > 0; --n) {
    Filing f{&scene.registry.procedures[rng.pick(weights)], Channel::kCounter, {}, {}, {}};
    f.channel = channel_of(*f.procedure, rest, rng);
    const bool late = f.channel == Channel::kOnline && (rest || rng.chance(32'000));
    f.submitted = late ? scene.leisure(day, rng) : scene.office(day, rng);
    filings.push_back(f);
  }
  return filings;
}

std::map<LocalDay, std::vector<Filing>> cued_filings(const Scene& scene) {
  std::vector<const Procedure*> fit;
  for (const Procedure& p : scene.registry.procedures) {
    const bool days_long = p.statutory.unit == Statutory::Unit::kWorkingDays &&
                           p.statutory.millionths >= 5'000'000 &&
                           p.statutory.millionths <= 15'000'000;
    if (days_long && p.volume_weight >= 2 && !p.steps.empty()) fit.push_back(&p);
  }
  std::stable_sort(fit.begin(), fit.end(), [](const Procedure* a, const Procedure* b) {
    return a->volume_weight > b->volume_weight;
  });
  std::map<LocalDay, std::vector<Filing>> by_day;
  for (std::size_t i = 0; i < std::size(kCues) && !fit.empty(); ++i) {
    // Half of them of the one that is filed most.
    const Procedure& p = *fit[i % 2 == 0 ? 0 : i / 2 % fit.size()];
    const std::int64_t term = p.statutory.millionths * 8 * kHour / 1'000'000;
    const std::int64_t to_go = kCues[i].at * kMinute + (kCues[i].due_soon ? term / 5 : 0);
    const Calendar& c = scene.calendar;
    const auto at = [&](std::int64_t s) {
      return s < 0 ? c.back(scene.end, WorkTime{-s * 1000}) : scene.add(scene.end, s);
    };
    const Instant accepted = at(to_go - term);
    const Instant submitted = c.back(accepted, WorkTime{7 * kMinute * 1000});
    if (submitted < scene.begin) continue;
    by_day[local_day(submitted)].push_back(
        {&p, Channel::kCounter, submitted, accepted, at(kCues[i].done * kMinute)});
  }
  return by_day;
}

std::string yymmdd(LocalDay day) {
  const std::chrono::year_month_day ymd{day};
  return padded(static_cast<int>(ymd.year()) % 100, 2) + padded(unsigned{ymd.month()}, 2) +
         padded(unsigned{ymd.day()}, 2);
}

}  // namespace

void tell_dossiers(Scene& scene) {
  std::vector<std::int64_t> weights;
  std::int64_t all = 0;
  for (const Procedure& p : scene.registry.procedures) {
    const bool told = p.volume_weight > 0 && !p.steps.empty();
    weights.push_back(told ? std::llround(p.volume_weight * 1000) : 0);
    all += weights.back();
  }
  if (all == 0) return;
  const auto cued = cued_filings(scene);
  for (LocalDay day = local_day(scene.begin); day <= scene.last_day(); day += days{1}) {
    std::vector<Filing> filings = filings_of(scene, day, weights);
    if (const auto found = cued.find(day); found != cued.end()) {
      filings.insert(filings.end(), found->second.begin(), found->second.end());
    }
    std::stable_sort(filings.begin(), filings.end(),
                     [](const Filing& a, const Filing& b) { return a.submitted < b.submitted; });
    for (std::size_t i = 0; i < filings.size(); ++i) {
      const auto number = static_cast<std::int64_t>(i) + 1;
      Dossier(scene, filings[i], "H19.99-" + yymmdd(day) + "-" + padded(number, 4)).live();
    }
  }
}

}  // namespace kip::sampling
