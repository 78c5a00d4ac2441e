#include "app/feed.h"

#include <boost/json.hpp>
#include <fstream>

namespace kip {
namespace {

std::optional<Instant> time_of(const boost::json::object& object, const char* key) {
  const auto* text = object.if_contains(key);
  if (!text || !text->is_string()) return std::nullopt;
  auto at = parse_rfc3339({text->get_string().data(), text->get_string().size()});
  return at ? std::optional(*at) : std::nullopt;
}

}  // namespace

FeedLine read_feed_line(const std::string& line) {
  boost::system::error_code ec;
  const boost::json::value value = boost::json::parse(line, ec);
  if (ec || !value.is_object()) return {line, std::nullopt};
  const boost::json::object& object = value.get_object();
  if (const auto* event = object.if_contains("event")) {
    return {boost::json::serialize(*event), time_of(object, "ingested_at")};
  }
  return {line, time_of(object, "occurred_at")};
}

Feed::Feed(Service& service, std::string file)
    : service_(service), thread_([this, file = std::move(file)] { run(file); }) {}

Feed::~Feed() {
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

bool Feed::wait_until(Instant at) {
  const double factor = service_.clock().factor;
  for (;;) {
    const Millis left = at - service_.now();
    std::unique_lock lock(mutex_);
    if (stop_) return false;
    if (left.count() <= 0) return true;
    const auto wall = static_cast<std::int64_t>(static_cast<double>(left.count()) / factor) + 1;
    wake_.wait_for(lock, Millis{std::min<std::int64_t>(wall, 1000)}, [&] { return stop_; });
  }
}

void Feed::run(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  const Instant began = service_.now();
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    FeedLine read = read_feed_line(line);
    if (read.at && *read.at < began) continue;
    if (!wait_until(read.at.value_or(began))) return;
    Submission message;
    message.body = std::move(read.body);
    message.headers = {{"content-type", "application/json"}};
    message.channel = "feed";
    service_.accept(std::move(message), [](const Outcome&) {});
  }
}

}  // namespace kip
