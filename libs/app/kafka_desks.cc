#include "app/kafka_desks.h"

#include <algorithm>
#include <filesystem>
#include <span>
#include <utility>

#include "app/data_folder.h"
#include "app/kafka_acks.h"
#include "app/kafka_sources.h"
#include "app/wording.h"
#include "contract/desk_state.h"
#include "store/rocks_store.h"
#include "store/split_store.h"
#include "stream/ack_publisher.h"
#include "stream/logged_store.h"

namespace kip {
namespace {

constexpr std::chrono::milliseconds kDeskPoll{100};
constexpr std::chrono::seconds kDeskRetry{1}, kFencedRetry{5};
constexpr std::chrono::seconds kTakenMost{2};  // an answer comes back from the topic
constexpr std::chrono::milliseconds kLetGoPoll{10};
constexpr std::size_t kAcksAtOnce = 200;  // between two looks whether the desks are still ours
constexpr std::uint64_t kCacheBytes = 32ULL << 20;

}  // namespace

// All of it goes when the last request that looks at it has ended.
struct KafkaDesks::Tenure {
  std::shared_ptr<RocksStore> local;
  std::unique_ptr<LoggedStore> store;
  std::unique_ptr<TopicReader> reader;  // of answers
  std::unique_ptr<AckPublisher> publisher;
  std::unique_ptr<KafkaSources> sources;
  std::mutex mutex;
  std::condition_variable moved;
  std::map<std::int32_t, std::int64_t> taken;  // by partition of kip.acks.v1: offset after it
  bool over = false;                           // nothing is taken any more
  std::unique_ptr<Notifier> notifier;

  // On the topic, and where this process can show it.
  Status publish(const std::string& unit, const AnswerNews& news) {
    auto place = publisher->publish(unit, encode_answer(news));
    if (!place) return place.error();
    std::unique_lock lock(mutex);
    moved.wait_for(lock, kTakenMost,
                   [&] { return over || taken[place->partition] > place->offset; });
    return {};  // it is durable, and is taken by whoever has the desks
  }
  void note(std::span<const TopicRecord> records) {
    const std::scoped_lock lock(mutex);
    for (const TopicRecord& record : records) taken[record.partition] = record.offset + 1;
    moved.notify_all();
  }
  void end() {
    const std::scoped_lock lock(mutex);
    over = true;
    moved.notify_all();
  }
};

KafkaDesks::KafkaDesks(KafkaDesksOptions options, std::shared_ptr<const Policy> policy,
                       std::shared_ptr<const NotifySetup> setup)
    : options_(std::move(options)), policy_(std::move(policy)), setup_(std::move(setup)) {}

KafkaDesks::~KafkaDesks() = default;

Result<std::unique_ptr<KafkaDesks>> KafkaDesks::open(KafkaDesksOptions options,
                                                     std::shared_ptr<const Policy> policy,
                                                     std::shared_ptr<const NotifySetup> setup) {
  std::unique_ptr<KafkaDesks> desks(
      new KafkaDesks(std::move(options), std::move(policy), std::move(setup)));
  if (Status joined = desks->join(); !joined) return joined.error();
  return desks;
}

Status KafkaDesks::join() {
  GroupOptions group;
  group.kafka = options_.kafka;
  group.group = options_.group;
  group.member = options_.member;
  group.topic = options_.kafka.topics.desks;
  group.reads = false;
  group.assigned = [this](const auto& partitions) {
    if (!partitions.empty()) take();
  };
  group.revoked = [this](const auto&) { give(); };
  auto joined = GroupMember::join(
      std::move(group), [this] { give(); }, options_.say);
  if (!joined) return joined.error();
  member_ = std::move(*joined);
  return {};
}

Status KafkaDesks::run() {
  Status left = member_->run(stopping_);
  member_->leave();
  return left;
}

void KafkaDesks::tell(const std::string& what) const {
  if (options_.say) options_.say(what);
}

void KafkaDesks::take() {
  give();
  given_ = false;
  owner_ = std::thread([this] { own(); });
}

void KafkaDesks::give() {
  {
    const std::scoped_lock lock(mutex_);
    given_ = true;
    wake_.notify_all();
  }
  if (owner_.joinable()) owner_.join();
}

void KafkaDesks::poke() {
  if (const auto running = notifier()) running->poke();
}

void KafkaDesks::reload(std::shared_ptr<const Policy> policy,
                        std::shared_ptr<const NotifySetup> setup) {
  std::shared_ptr<Tenure> tenure;
  {
    const std::scoped_lock lock(mutex_);
    policy_ = policy;
    setup_ = setup;
    tenure = tenure_;
  }
  if (tenure) tenure->notifier->reload(std::move(policy), std::move(setup));
}

std::shared_ptr<Notifier> KafkaDesks::notifier() const {
  const std::scoped_lock lock(mutex_);
  return tenure_ ? std::shared_ptr<Notifier>(tenure_, tenure_->notifier.get()) : nullptr;
}

std::shared_ptr<const Policy> KafkaDesks::policy() const {
  const std::scoped_lock lock(mutex_);
  return policy_;
}

std::shared_ptr<const NotifySetup> KafkaDesks::setup() const {
  const std::scoped_lock lock(mutex_);
  return setup_;
}

std::map<std::string, SourcePhase> KafkaDesks::source_phases() const {
  const std::scoped_lock lock(mutex_);
  return tenure_ ? tenure_->sources->phases() : std::map<std::string, SourcePhase>();
}

std::shared_ptr<const Store> KafkaDesks::store() const {
  const std::scoped_lock lock(mutex_);
  return tenure_ ? tenure_->local : nullptr;
}

void KafkaDesks::show(std::shared_ptr<Tenure> tenure) {
  const std::scoped_lock lock(mutex_);
  std::swap(tenure_, tenure);  // what goes, goes after the lock
}

void KafkaDesks::own() {
  while (!given()) {
    const Status left = live();
    show(nullptr);
    if (left || given()) return;
    const Errc code = left.error().code;
    if (code == Errc::kInvalid || code == Errc::kCorrupt) return member_->fail(left.error());
    tell("desks: " + left.error().message + "; opened anew");
    // Fenced: another one has the desks, and the group is about to say so.
    std::unique_lock lock(mutex_);
    auto pause = code == Errc::kFenced ? kFencedRetry : kDeskRetry;
    do {
      wake_.wait_for(lock, pause, [this] { return given(); });
      pause = kDeskRetry;
    } while (member_->consumer().lost() && !given());
  }
}

// A request may still look at the copy of the last time, which is opened once.
void KafkaDesks::await_let_go() {
  std::unique_lock lock(mutex_);
  while (!last_copy_.expired() && !given())
    wake_.wait_for(lock, kLetGoPoll, [this] { return given(); });
}

// From the opening to a failure, or until they are another's.
Status KafkaDesks::live() {
  await_let_go();
  if (given()) return {};
  auto begun = begin();
  if (!begun) return begun.error();
  const std::shared_ptr<Tenure> tenure = std::move(*begun);
  if (Status read = options_.reader->await_end([this] { return given(); }); !read) return read;
  while (!tenure->reader->seen_end()) {
    if (given()) return {};
    if (Status taken = take_answers(*tenure); !taken) return taken;
  }
  if (Status counted = count_items(); !counted) return counted;
  if (given()) return {};
  show(tenure);
  {  // a reload that came before it could be seen
    const std::scoped_lock lock(mutex_);
    tenure->notifier->reload(policy_, setup_);
  }
  tenure->notifier->start();
  const Status served = serve(*tenure);
  tenure->end();
  tenure->notifier->stop();
  return served;
}

Result<std::shared_ptr<KafkaDesks::Tenure>> KafkaDesks::begin() {
  const auto folder = std::filesystem::path(options_.data) / kDesksFolder;
  RocksOptions rocks;  // with a WAL, though the changelog is one: operators look at it meanwhile
  rocks.block_cache_bytes = kCacheBytes;
  auto opened = RocksStore::open(folder.string(), rocks);
  if (!opened) return opened.error();
  auto tenure = std::make_shared<Tenure>();
  tenure->local = std::move(*opened);
  last_copy_ = tenure->local;
  LoggedStoreOptions logged;
  logged.kafka = options_.kafka;
  logged.topic = options_.kafka.topics.desks;
  logged.group = options_.group;
  logged.stopped = [this] { return given(); };
  logged.at_point = options_.at_point;
  auto store = LoggedStore::open(open_split(tenure->local, Table::kAlerts, options_.alerts),
                                 std::move(logged));
  if (!store && store.error().code == Errc::kNotFound) {
    tenure->local.reset();  // too old to be brought up: restored from the beginning the next time
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  if (!store) return store.error();
  tenure->store = std::move(*store);
  auto reader = open_acks(options_.kafka, *tenure->store);
  if (!reader) return reader.error();
  tenure->reader = std::move(*reader);
  auto publisher = AckPublisher::open(options_.kafka);
  if (!publisher) return publisher.error();
  tenure->publisher = std::move(*publisher);
  auto sources = KafkaSources::open({.kafka = options_.kafka,
                                     .factor = options_.factor,
                                     .ingest_group = options_.ingest_group,
                                     .engine_group = options_.engine_group},
                                    *tenure->store, policy());
  if (!sources) return sources.error();
  tenure->sources = std::move(*sources);
  auto wanted = notifier_options(*tenure);
  if (!wanted) return wanted.error();
  auto notifier = Notifier::open(*tenure->store, std::move(*wanted), policy(), setup());
  if (!notifier) return notifier.error();
  tenure->notifier = std::move(*notifier);
  return tenure;
}

Result<NotifierOptions> KafkaDesks::notifier_options(Tenure& tenure) const {
  NotifierOptions wanted;
  wanted.data = options_.data;
  wanted.logs = options_.reader->partitions();
  wanted.now = options_.now;
  wanted.behind = options_.behind;
  wanted.counts = [this] { return counts_->of(); };
  wanted.at_point = options_.at_point;
  wanted.publish = [&tenure](const std::string& unit, const AnswerNews& news) {
    return tenure.publish(unit, news);
  };
  auto words = words_with_link(options_.data, setup()->rules);
  if (!words) return words.error();
  wanted.word = std::move(*words);
  return wanted;
}

Status KafkaDesks::serve(Tenure& tenure) {
  while (!given()) {
    if (const auto failure = tenure.notifier->failure()) return *failure;
    if (Status taken = take_answers(tenure); !taken) return taken;
    if (Status counted = counts_->step({}); !counted) return counted;
    if (Status looked = tenure.sources->step(options_.now(), policy()); !looked) return looked;
  }
  return {};
}

// All that is there, so that no morning list is without its figures.
Status KafkaDesks::count_items() {
  if (!counts_) {
    auto opened = KafkaCounts::open(options_.kafka);
    if (!opened) return opened.error();
    counts_ = std::move(*opened);
  }
  while (!counts_->complete() && !given()) {
    if (Status counted = counts_->step(kDeskPoll); !counted) return counted;
  }
  return {};
}

// An answer that somebody gave after he had seen the alert on its topic must find it here.
Status KafkaDesks::take_answers(Tenure& tenure) {
  auto records = tenure.reader->read(kDeskPoll);
  if (!records) return records.error();
  if (records->empty()) return {};
  if (Status read = options_.reader->await_end([this] { return given(); }); !read) return read;
  const std::shared_ptr<const Policy> ward = policy();
  for (std::size_t at = 0; at < records->size() && !given(); at += kAcksAtOnce) {
    const auto slice = std::span(*records).subspan(at, std::min(kAcksAtOnce, records->size() - at));
    auto taken = take_acks(slice, *tenure.store, options_.reader->partitions(), *ward,
                           options_.kafka.topics.acks, options_.now());
    if (!taken) return taken.error();
    if (Status written = tenure.store->write(taken->batch, Durability::kSynced); !written)
      return written;
    tenure.note(slice);
  }
  tenure.notifier->poke();
  return {};
}

}  // namespace kip
