#include "app/kafka_service.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "app/kafka_links.h"
#include "app/kafka_outlook.h"
#include "runtime/format.h"
#include "store/union_store.h"

namespace kip {
namespace {

constexpr std::chrono::milliseconds kPoll{100};
constexpr std::chrono::seconds kRetry{1};

}  // namespace

KafkaService::KafkaService(KafkaServiceOptions options, std::shared_ptr<const Policy> policy)
    : options_(std::move(options)),
      clock_(make_clock(options_.clock)),
      probe_(options_.clock.factor),
      policy_(std::move(policy)),
      door_(std::make_shared<Door>(door_options(policy_))) {}

KafkaService::~KafkaService() { stop(); }

Result<std::unique_ptr<KafkaService>> KafkaService::open(KafkaServiceOptions options,
                                                         std::shared_ptr<const Policy> policy) {
  std::unique_ptr<KafkaService> service(new KafkaService(std::move(options), std::move(policy)));
  if (service->options_.roles.engine || service->options_.roles.notifier) {
    const auto folder = std::filesystem::path(service->options_.data) / kAlertsFolder;
    auto store = RocksStore::open(folder.string(), {});
    if (!store) return store.error();
    service->alerts_ = std::move(*store);
    if (Status format = bring_up(*service->alerts_); !format) return format.error();
    const std::string& ward = service->policy_->registry.ward.id;
    if (Status same = check_ward(*service->alerts_, ward); !same) return same.error();
    const Status kept = remember(*service->alerts_, service->options_.decides, ward);
    if (!kept) return kept.error();
  }
  return service;
}

Status KafkaService::start() {
  const Roles& roles = options_.roles;
  if (roles.gateway) {
    auto gateway = Gateway::open(options_.kafka);
    if (!gateway) return gateway.error();
    gateway_ = std::move(*gateway);
  }
  if (alerts_) {
    if (Status opened = open_alerts(); !opened) return opened;
  }
  if (roles.engine) {
    if (Status opened = open_engine(); !opened) return opened;
  }
  if (roles.notifier) {
    if (Status opened = open_desks(); !opened) return opened;
  }
  if (roles.ingest) {
    if (Status opened = open_ingest(); !opened) return opened;
  }
  if (alert_reader_) threads_.emplace_back([this] { run_alerts(); });
  if (engine_) threads_.emplace_back([this] { run_engine(); });
  if (engine_ && options_.clock.kind != ClockSpec::Kind::kLog)
    threads_.emplace_back([this] { run_beside(); });
  if (desks_) threads_.emplace_back([this] { run_desks(); });
  if (ingest_) threads_.emplace_back([this] { run_ingest(); });
  started_ = true;
  return {};
}

Status KafkaService::open_alerts() {
  auto reader = AlertReader::open(options_.kafka, *alerts_);
  if (!reader) return reader.error();
  alert_reader_ = std::move(*reader);
  return {};
}

Status KafkaService::open_desks() {
  KafkaDesksOptions desks;
  desks.kafka = options_.kafka;
  desks.data = options_.data;
  desks.group = options_.notifier_group;
  desks.ingest_group = options_.ingest_group;
  desks.engine_group = options_.engine_group;
  desks.member = options_.member;
  desks.alerts = alerts_;
  desks.reader = alert_reader_.get();
  desks.now = [this] { return now(); };
  desks.factor = options_.clock.factor;
  if (engine_) desks.behind = [this] { return catching_up(); };
  desks.at_point = options_.at_point;
  desks.say = options_.on_warning;
  const DeskRules& rules = options_.messages->rules;
  if (!rules.public_url.empty() && rules.answer_key_file.empty() && options_.on_warning)
    options_.on_warning(
        "notify.yaml: answer_key_file: is not given: links in messages open with this notifier "
        "alone, and no more when another one has the desks");
  auto opened = KafkaDesks::open(std::move(desks), policy(), options_.messages);
  if (!opened) return opened.error();
  desks_ = std::move(*opened);
  return {};
}

Status KafkaService::open_engine() {
  KafkaEngineOptions engine;
  engine.kafka = options_.kafka;
  engine.data = options_.data;
  engine.group = options_.engine_group;
  engine.member = options_.member;
  engine.clock = options_.clock.kind == ClockSpec::Kind::kLog ? Clock::kLog : Clock::kGiven;
  engine.now = clock_;
  engine.until = options_.until;
  engine.commit_interval = options_.commit_interval;
  engine.drain = options_.drain;
  engine.at_point = options_.at_point;
  if (options_.records_max) engine.records_max = *options_.records_max;
  engine.say = options_.on_warning;
  engine.on_alert = options_.on_alert;
  if (engine.clock == Clock::kGiven) {  // in `log` an alert is as old as its record
    engine.on_cause = [this](const AlertChange& change, std::optional<Instant> at) {
      probe_.alert_committed(change, at, clock_());
    };
  }
  engine.on_progress = [this](const Progress& progress) {
    counters_.records += progress.records;
    counters_.repeats += progress.repeats;
    counters_.alerts += progress.alerts;
    counters_.timers += progress.timers;
    counters_.refused += progress.refused;
    sources_.add(progress.sources);
  };
  engine.on_commit = [this](std::chrono::nanoseconds took) { probe_.committed(took); };
  auto opened = KafkaEngine::open(std::move(engine), policy());
  if (!opened) return opened.error();
  engine_ = std::move(*opened);
  return {};
}

Status KafkaService::open_ingest() {
  IngestOptions ingest;
  ingest.kafka = options_.kafka;
  ingest.group = options_.ingest_group;
  ingest.member = options_.member;
  ingest.time_from_record = options_.clock.kind == ClockSpec::Kind::kLog;
  ingest.now = [this] { return now(); };
  ingest.at_point = options_.at_point;
  if (options_.records_max) ingest.records_max = *options_.records_max;
  auto opened = Ingest::open(std::move(ingest), door());
  if (!opened) return opened.error();
  ingest_ = std::move(*opened);
  return {};
}

void KafkaService::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  leaving_.notify_all();
  if (engine_) engine_->stop();
  if (desks_) desks_->stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  gateway_.reset();  // what is under way is told of
}

void KafkaService::end(const Status& how) {
  {
    const std::scoped_lock lock(mutex_);
    if (!how && !failure_) failure_ = how.error();
    if (ended_) return;
    ended_ = true;
  }
  if (options_.on_end) options_.on_end(how);
}

void KafkaService::run_engine() {
  const Status left = engine_->run();
  if (!left || !stopping_) end(left);
}

// What shards are handed: what forecasts are made by, and what they tell each other. What fails
// here is known a little later: they go on by what they were told of.
void KafkaService::run_beside() {
  constexpr std::chrono::milliseconds kLook{500};
  KafkaOutlook outlook(*engine_, options_.on_warning);
  KafkaLinks links(options_.kafka, *engine_, options_.on_warning);
  std::map<std::string, std::string> said;
  const auto note = [&](const std::string& of, const Status& done) {
    const std::string trouble = done ? "" : done.error().message;
    if (!trouble.empty() && trouble != said[of] && options_.on_warning)
      options_.on_warning(of + ": " + trouble);
    said[of] = trouble;
  };
  for (;;) {
    note("forecasts", outlook.step(now(), policy()));
    note("dependencies", links.step());
    std::unique_lock lock(mutex_);
    if (leaving_.wait_for(lock, kLook, [this] { return stopping_.load(); })) return;
  }
}

void KafkaService::run_ingest() {
  std::shared_ptr<const Door> at;
  while (!stopping_) {
    if (auto now_at = door(); now_at != at) ingest_->set_door(at = std::move(now_at));
    auto step = ingest_->step(kPoll);
    if (!step) {
      if (Status again = ingest_again(step.error()); !again) return end(again);
      continue;
    }
    counters_.accepted += step->accepted;
    counters_.refused += step->refused;
    counters_.unknown_fields += step->unknown_fields;
    sources_.add(step->sources);
    std::vector<InputLag> lags;
    for (auto& lag : ingest_->lags())
      lags.push_back({std::move(lag.topic), lag.partition, lag.records});
    const std::scoped_lock lock(mutex_);
    lags_ = std::move(lags);
  }
}

Status KafkaService::ingest_again(const Error& why) {
  if (why.code == Errc::kInvalid) return why;  // a right is missing: a person must see to it
  std::chrono::seconds pause = kRetry;
  if (why.code == Errc::kFenced) {
    const auto longer = ingest_fences_.one_more(std::chrono::steady_clock::now());
    if (!longer) return name_taken(options_.ingest_group, options_.member);
    pause = *longer;
  }
  if (options_.on_warning) options_.on_warning(why.message + "; opened anew");
  ingest_.reset();
  {
    std::unique_lock lock(mutex_);
    leaving_.wait_for(lock, pause, [this] { return stopping_.load(); });
  }
  return open_ingest();
}

void KafkaService::run_alerts() {
  while (!stopping_) {
    auto taken = alert_reader_->step(kPoll);
    if (!taken) return end(taken.error());
    if (*taken > 0 && desks_) desks_->poke();
    if (engine_) {
      if (const auto silences = alert_reader_->silences()) engine_->set_silences(*silences);
    }
  }
}

void KafkaService::run_desks() {
  const Status left = desks_->run();
  if (!left || !stopping_) end(left);
}

void KafkaService::accept(Submission message, std::function<void(Outcome)> done) {
  const bool from_record = options_.clock.kind == ClockSpec::Kind::kLog;
  send(check_message(*door(), std::move(message), now(), from_record), std::move(done));
}

void KafkaService::refuse(Submission message, const Refusal& refusal,
                          std::function<void(Outcome)> done) {
  send(refuse_message(std::move(message), refusal, now()), std::move(done));
}

void KafkaService::send(Checked checked, std::function<void(Outcome)> done) {
  if (!started_ || !gateway_ || stopping_) {
    Outcome busy;
    busy.kind = Outcome::Kind::kBusy;
    busy.reason = stopping_ ? "stopping" : "starting";
    return done(std::move(busy));
  }
  auto kept = std::make_shared<Checked>(std::move(checked));
  const auto told = [this, kept, done = std::move(done)](const Status& stored) {
    if (stored) {
      count(counters_, sources_, *kept);
    } else {
      kept->outcome.kind = Outcome::Kind::kFailed;
      kept->outcome.reason = stored.error().message;
    }
    done(std::move(kept->outcome));
  };
  if (kept->outcome.accepted) {
    gateway_->event(*kept->outcome.accepted, told);
  } else {
    gateway_->dead(kept->letter, told);
  }
}

Status KafkaService::reload(const std::shared_ptr<const Policy>& policy) {
  {
    const std::scoped_lock lock(mutex_);
    const std::string& ward = policy_->registry.ward.id;
    if (Status same = same_ward(policy->registry.ward.id, ward); !same) return same;
    policy_ = policy;
    door_ = std::make_shared<Door>(door_options(policy));
  }
  if (engine_) engine_->reload(policy);  // of the thread that starts it
  return {};
}

void KafkaService::reload_messages(const std::shared_ptr<const NotifySetup>& messages) {
  options_.messages = messages;  // of the thread that starts it
  if (desks_) desks_->reload(policy(), messages);
}

std::map<std::string, SourcePhase> KafkaService::source_phases() const {
  const KafkaDesks* running = desks();
  return running ? running->source_phases() : std::map<std::string, SourcePhase>();
}

std::shared_ptr<Notifier> KafkaService::notifier() const {
  const KafkaDesks* running = desks();
  return running ? running->notifier() : nullptr;
}

std::shared_ptr<const Store> KafkaService::view() const {
  std::vector<std::shared_ptr<const Store>> parts;
  if (const KafkaEngine* running = engine()) {
    for (auto& partition : running->partitions()) {
      if (partition.store) parts.push_back(std::move(partition.store));
    }
  }
  if (alerts_) parts.push_back(alerts_);
  if (const KafkaDesks* running = desks()) {
    if (auto store = running->store()) parts.push_back(std::move(store));
  }
  return open_union(std::move(parts));
}

std::shared_ptr<const Policy> KafkaService::policy() const {
  const std::scoped_lock lock(mutex_);
  return policy_;
}

std::shared_ptr<const Door> KafkaService::door() const {
  const std::scoped_lock lock(mutex_);
  return door_;
}

Instant KafkaService::committed_time() const {
  Instant greatest = kFarPast;
  const KafkaEngine* running = engine();
  if (!running) return greatest;
  for (const auto& partition : running->partitions()) greatest = std::max(greatest, partition.time);
  return greatest;
}

Instant KafkaService::now() const {
  return service_now(options_.clock, clock_(), committed_time());
}

Millis KafkaService::clock_lag() const {
  if (options_.clock.kind == ClockSpec::Kind::kLog) return {};
  return std::max(committed_time() - clock_(), Millis{});
}

std::vector<ShardFigures> KafkaService::shards() const {
  std::vector<ShardFigures> out;
  const KafkaEngine* running = engine();
  if (!running) return out;
  for (const auto& p : running->partitions()) {
    out.push_back(
        {static_cast<std::uint32_t>(p.number), p.catching_up, {p.position, p.end}, p.restored});
  }
  return out;
}

std::uint32_t KafkaService::alert_parts() const {
  return started_ && alert_reader_ ? alert_reader_->partitions() : 0;
}

bool KafkaService::started() const { return started_ && (!engine_ || engine_->assigned()); }

std::optional<Error> KafkaService::failure() const {
  const std::scoped_lock lock(mutex_);
  return failure_;
}

std::optional<OwnershipFigures> KafkaService::ownership() const {
  const KafkaEngine* running = engine();
  if (!running) return std::nullopt;
  const auto figures = running->figures();
  return OwnershipFigures{figures.fenced, figures.reopened};
}

std::vector<InputLag> KafkaService::input_lags() const {
  const std::scoped_lock lock(mutex_);
  return lags_;
}

std::uint64_t KafkaService::free_bytes() const { return alerts_ ? alerts_->free_bytes() : 0; }

}  // namespace kip
