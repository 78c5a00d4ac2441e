#include "notify/outbox.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>

#include "base/ascii.h"
#include "base/mail_address.h"
#include "notify/files.h"

namespace kip {
namespace {

namespace json = boost::json;

std::string json_of(const Delivery& delivery) {
  json::object out, fields;
  json::array recipients;
  for (const std::string& one : delivery.recipients) recipients.emplace_back(one);
  for (const auto& [name, value] : delivery.fields) fields[name] = value;
  out["key"] = delivery.key;
  out["channel"] = delivery.channel;
  out["recipients"] = std::move(recipients);
  out["subject"] = delivery.subject;
  out["text"] = delivery.text;
  out["html"] = delivery.html;
  out["language"] = delivery.language;
  out["fields"] = std::move(fields);
  out["at"] = format_rfc3339(delivery.at);
  return json::serialize(out) + "\n";
}

class Outbox : public MessageChannel {
 public:
  explicit Outbox(OutboxOptions options) : options_(std::move(options)) {}

  SendOutcome send(const Delivery& delivery) override {
    if (const auto refused = unfit(delivery)) return *refused;
    const bool addresses = std::all_of(delivery.recipients.begin(), delivery.recipients.end(),
                                       [](const auto& one) { return mail_address_valid(one); });
    const bool mail =
        options_.form == OutboxForm::kMail || (options_.form == OutboxForm::kFitting && addresses);
    std::string bytes;
    if (mail) {
      auto text = mail_of(delivery, options_.sender);
      if (!text) return permanent("bad_recipient", text.error().message);
      bytes = *std::move(text);
    } else {
      bytes = json_of(delivery);
    }
    std::error_code failed;
    std::filesystem::create_directories(options_.folder, failed);
    if (failed) return transient("disk", "the outbox cannot be made: " + failed.message());
    const std::string name = file_name(delivery.key) + (mail ? ".eml" : ".json");
    const Status written = write_whole(options_.folder + "/" + name, bytes);
    if (!written) return transient("disk", name + " " + written.error().message);
    return delivered("written", "written as " + name);
  }

 private:
  OutboxOptions options_;
};

}  // namespace

std::string file_name(std::string_view key) {
  if (!key.starts_with('.')) return percent_encoded(key, "-_.");
  return "%2E" + percent_encoded(key.substr(1), "-_.");  // no hidden file, not the folder above
}

std::unique_ptr<MessageChannel> make_outbox(OutboxOptions options) {
  return std::make_unique<Outbox>(std::move(options));
}

}  // namespace kip
