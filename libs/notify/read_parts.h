#pragma once
// What the readers of channels.yaml share. A mistake goes into the reader's problems; no value of a
// key that may hold a secret is ever repeated there.

#include <map>
#include <string>
#include <vector>

#include "config/reader.h"
#include "notify/channels.h"

namespace kip {

// What the whole file has read so far.
struct ChannelFile {
  std::string folder;  // of relative file names
  OutgoingPolicy policy;
  std::map<std::string, TokenOptions> tokens;
  Problems remarks;
};

// Where the file that a key names lies; "" where the key is missing or nothing can be read there.
std::string read_secret_file(Reader& r, const std::string& key, ChannelFile& file);
std::string read_plain_file(Reader& r, const std::string& key, const ChannelFile& file);
// Keys that would hold a secret in place.
void refuse_secrets_in_place(Reader& r);
bool this_machine(const std::string& host);
// A host that may be called, in lower case.
void judge_host(Reader& r, const std::string& key, const Place& place, const ChannelFile& file);
// https, or http to this machine (or with allow_plain).
Place read_url(Reader& r, const std::string& key, const std::string& url, const NetworkReach& reach,
               const ChannelFile& file);
// timeout_s, connect_timeout_s, ca_file, allow_plain.
NetworkReach read_reach(Reader& r, const ChannelFile& file);
std::string read_line(Reader& r, const std::string& key, bool required);  // without line breaks
std::string read_address(Reader& r, const std::string& key, bool required);
// That it is the name of a header, and of none that Kịp writes.
void judge_header_name(Reader& r, const std::string& key, const std::string& name);
std::vector<HeaderOption> read_headers(Reader& r, ChannelFile& file);
std::vector<JsonCondition> read_conditions(Reader& r, const std::string& key);
std::optional<JsonPath> read_path(Reader& r, const std::string& key, const std::string& otherwise);
bool word_valid(std::string_view word);  // 1 to 32 of a-z, 0-9, - and _

// The types whose message is one HTTP request (read_webhook.cc).
WebhookOptions read_webhook(Reader& r, const NetworkReach& reach, ChannelFile& file);
WebhookOptions read_sms(Reader& r, const NetworkReach& reach, ChannelFile& file);
WebhookOptions read_zalo_zns(Reader& r, const NetworkReach& reach, ChannelFile& file);
WebhookOptions read_zalo_oa(Reader& r, const NetworkReach& reach, ChannelFile& file);

}  // namespace kip
