#include "app/notifier.h"

#include <algorithm>

namespace kip {
namespace {

// A clock may be fast, and nobody says when it passes an instant.
constexpr std::chrono::milliseconds kLookMost{500};

}  // namespace

struct Notifier::Line {
  ChannelOptions options;
  std::unique_ptr<MessageChannel> channel;
  std::thread thread;
  std::atomic<bool> ended{false};
};

Notifier::Notifier(Store& store, NotifierOptions options)
    : store_(store), options_(std::move(options)) {}

Result<std::unique_ptr<Notifier>> Notifier::open(Store& store, NotifierOptions options,
                                                 std::shared_ptr<const Policy> policy,
                                                 std::shared_ptr<const NotifySetup> setup) {
  std::unique_ptr<Notifier> notifier(new Notifier(store, std::move(options)));
  notifier->policy_ = std::move(policy);
  notifier->setup_ = std::move(setup);
  notifier->desks_ =
      std::make_unique<Desks>(store, notifier->options_.logs, notifier->desk_setup());
  if (Status opened = notifier->desks_->open(); !opened) return opened.error();
  return notifier;
}

Notifier::~Notifier() { stop(); }

void Notifier::start() {
  const std::scoped_lock lock(threads_mutex_);
  running_ = true;
  decider_ = std::thread([this] { decide_loop(); });
  make_lines();
}

void Notifier::stop() {
  const std::scoped_lock lock(threads_mutex_);
  running_ = false;
  stopping_ = true;
  poke();
  if (decider_.joinable()) decider_.join();
  end_lines();
}

void Notifier::poke() {
  const std::scoped_lock lock(mutex_);
  ++pokes_;
  wake_.notify_all();
}

void Notifier::reload(std::shared_ptr<const Policy> policy,
                      std::shared_ptr<const NotifySetup> setup) {
  const std::scoped_lock threads(threads_mutex_);
  end_lines();
  {
    const std::scoped_lock lock(mutex_);
    policy_ = std::move(policy);
    setup_ = std::move(setup);
    ++reloads_;
  }
  if (running_) make_lines();
  poke();
}

std::shared_ptr<const NotifySetup> Notifier::setup() const {
  const std::scoped_lock lock(mutex_);
  return setup_;
}

std::shared_ptr<const Policy> Notifier::policy() const {
  const std::scoped_lock lock(mutex_);
  return policy_;
}

std::map<std::pair<std::string, std::string>, std::uint64_t> Notifier::counts() const {
  const std::scoped_lock lock(mutex_);
  return counts_;
}

std::optional<Error> Notifier::failure() const {
  const std::scoped_lock lock(mutex_);
  return failure_;
}

void Notifier::fail(const Error& error) {
  {
    const std::scoped_lock lock(mutex_);
    if (failure_) return;
    failure_ = error;
  }
  if (options_.on_failure) options_.on_failure();
}

Status Notifier::answer(const std::string& unit, const AnswerNews& news) {
  const Status written =
      options_.publish ? options_.publish(unit, news) : answers_.append(unit, encode_answer(news));
  if (!written) return written;
  poke();
  return {};
}

Status Notifier::again(const std::string& message, const std::string& channel) {
  if (Status sent = send_again(store_, message, channel, options_.now()); !sent) return sent;
  poke();
  return {};
}

std::shared_ptr<const DeskSetup> Notifier::desk_setup() const {
  auto setup = std::make_shared<DeskSetup>();
  const std::scoped_lock lock(mutex_);
  setup->policy = policy_;
  setup->rules = setup_->rules;
  setup->counts = options_.counts;
  setup->channels = [this](const Message& message) { return channels_of(message); };
  return setup;
}

std::vector<std::string> Notifier::channels_of(const Message& message) const {
  const auto policy = this->policy();
  const auto setup = this->setup();
  return channels_for(setup->channels, reader_of(setup->rules, policy->directory, message.person));
}

Result<Delivery> Notifier::word(const Message& message, const ChannelOptions& channel) const {
  const auto policy = this->policy();
  const auto setup = this->setup();
  const Person* person = reader_of(setup->rules, policy->directory, message.person);
  if (person == nullptr)
    return not_found("'" + message.person + "' is nobody of people.yaml any more");
  return addressed(options_.word(message, *person, *policy, *setup), message, *person, channel);
}

// Until the clock shows `until`, or something is wanted.
void Notifier::rest(Instant until, const std::function<bool()>& wanted) {
  std::unique_lock lock(mutex_);
  if (wanted()) return;
  const auto left = until - options_.now();
  const auto most = left < Millis{kLookMost} ? std::max<Millis>(left, Millis{1}) : kLookMost;
  wake_.wait_for(lock, most, wanted);
}

// The setup of the newest reload; what waits on a channel that it has not goes by another.
Status Notifier::take_setup() {
  desks_->set_setup(desk_setup());
  std::vector<std::string> served;
  for (const ChannelOptions& channel : setup()->channels.channels) served.push_back(channel.name);
  return leave_channels(
      store_, served, [this](const Message& message) { return channels_of(message); },
      options_.now());
}

void Notifier::decide_loop() {
  std::optional<std::uint64_t> taken;
  while (!stopping_) {
    std::uint64_t seen = 0, reloads = 0;
    {
      const std::scoped_lock lock(mutex_);
      seen = pokes_;
      reloads = reloads_;
    }
    const auto news = [&] { return stopping_ || pokes_ != seen; };
    if (options_.behind && options_.behind()) {
      rest(kFarFuture, news);
      continue;
    }
    if (taken != reloads) {
      if (Status done = take_setup(); !done) return fail(done.error());
      taken = reloads;
    }
    auto step = desks_->step(options_.now());
    if (!step) return fail(step.error());
    if (step->messages > 0) poke();
    if (!step->more) rest(desks_->next_look(), news);
  }
}

void Notifier::make_lines() {
  const auto setup = this->setup();
  for (const ChannelOptions& options : setup->channels.channels) {
    auto line = std::make_unique<Line>();
    line->options = options;
    line->channel = make_channel(options, {.now = {}, .data_folder = options_.data});
    line->thread = std::thread([this, &line = *line] { send_loop(line); });
    lines_.push_back(std::move(line));
  }
}

void Notifier::end_lines() {
  for (auto& line : lines_) line->ended = true;
  poke();
  for (auto& line : lines_) {
    if (line->thread.joinable()) line->thread.join();
  }
  lines_.clear();
}

void Notifier::send_loop(Line& line) {
  DeliveryLine what;
  what.channel = line.options.name;
  what.send = line.channel.get();
  what.retry = line.options.retry;
  what.word = [&](const Message& message) { return word(message, line.options); };
  what.channels = [this](const Message& message) { return channels_of(message); };
  std::uint64_t seen = 0;
  while (!stopping_ && !line.ended) {
    {
      const std::scoped_lock lock(mutex_);
      seen = pokes_;
    }
    auto step = deliver_next(store_, what, options_.now, options_.at_point);
    if (!step) return fail(step.error());
    if (step->sent) {
      note_sent(*step);
      continue;
    }
    rest(step->next, [&] { return stopping_ || line.ended || pokes_ != seen; });
  }
}

void Notifier::note_sent(const DeliveryStep& step) {
  const bool pending = step.record.state == DeliveryRecord::State::kPending;
  const std::string result = pending ? "retried" : std::string(state_word(step.record.state));
  {
    const std::scoped_lock lock(mutex_);
    ++counts_[{step.record.channel, result}];
  }
  if (step.handed_to) poke();
}

}  // namespace kip
