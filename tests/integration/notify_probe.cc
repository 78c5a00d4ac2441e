// Sends deliveries over the channels of a channels.yaml: notify_probe CHANNELS.YAML DATA_FOLDER. A
// delivery is a line of JSON on standard input, its outcome a line on standard output, at once.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <iostream>
#include <map>

#include "notify/channels.h"
#include "notify/files.h"

namespace {

namespace json = boost::json;

std::string text_of(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr ? std::string(value->as_string()) : "";
}

kip::Delivery delivery_of(const json::object& object) {
  kip::Delivery d;
  d.key = text_of(object, "key");
  d.channel = text_of(object, "channel");
  for (const json::value& one : object.at("to").as_array()) {
    d.recipients.emplace_back(one.as_string());
  }
  d.subject = text_of(object, "subject");
  d.text = text_of(object, "text");
  d.html = text_of(object, "html");
  d.language = text_of(object, "language");
  d.at = *kip::parse_rfc3339(text_of(object, "at"));
  if (const json::value* fields = object.if_contains("fields")) {
    for (const auto& [name, value] : fields->as_object()) {
      d.fields[std::string(name)] = value.as_string();
    }
  }
  return d;
}

json::object object_of(const kip::SendOutcome& outcome) {
  static const char* const kKinds[] = {"delivered", "permanent", "transient"};
  json::object out;
  out["kind"] = kKinds[static_cast<int>(outcome.kind)];
  out["code"] = outcome.code;
  out["detail"] = outcome.detail;
  if (outcome.retry_after) out["retry_after"] = outcome.retry_after->count();
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::string path = argv[1];
  const auto text = kip::read_file(path, 1 << 20);
  if (!text) return 2;
  kip::Problems problems;
  const kip::ChannelsConfig config =
      kip::read_channels(kip::Reader::parse("channels.yaml", *text, problems),
                         std::filesystem::path(path).parent_path().string());
  for (const kip::Problem& problem : problems) std::cerr << to_string(problem) << "\n";
  if (!problems.empty()) return 1;
  const kip::ChannelEnvironment environment = {.now = {}, .data_folder = argv[2]};
  std::map<std::string, std::unique_ptr<kip::MessageChannel>> channels;
  for (const kip::ChannelOptions& options : config.channels) {
    channels[options.name] = kip::make_channel(options, environment);
  }
  for (std::string line; std::getline(std::cin, line);) {
    const kip::Delivery delivery = delivery_of(json::parse(line).as_object());
    std::cout << json::serialize(object_of(channels.at(delivery.channel)->send(delivery)))
              << std::endl;
  }
  return 0;
}
