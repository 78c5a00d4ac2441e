// The parser of channels.yaml.

#include <set>

#include "base/ascii.h"
#include "base/mail_address.h"
#include "notify/read_parts.h"

namespace kip {
namespace {

constexpr int kSmtpPort = 25, kSubmissionPort = 587, kSmtpsPort = 465;

void read_outgoing(Reader& root, ChannelFile& file) {
  auto outgoing = root.optional_section("outgoing");
  if (!outgoing) return;
  for (std::string host : outgoing->optional_list("hosts").value_or(std::vector<std::string>{})) {
    host = ascii_lower(host);
    if (!parse_ip(host) && !host_name_valid(host))
      outgoing->wrong("hosts", "'" + host + "' is no name of a host: no https://, no port, no *");
    file.policy.hosts.push_back(std::move(host));
  }
  for (const auto& text :
       outgoing->optional_list("networks").value_or(std::vector<std::string>{})) {
    if (auto network = IpNetwork::parse(text)) {
      file.policy.networks.push_back(*network);
    } else {
      outgoing->wrong("networks", "'" + text + "' is no network such as 10.20.0.0/16");
    }
  }
  outgoing->done();
}

// "client_secret=abc", and not "client_secret={{secret}}".
bool has_secret_in_place(const std::string& form) {
  for (const std::string_view name : {"secret=", "password=", "refresh_token="}) {
    for (auto at = form.find(name); at != std::string::npos; at = form.find(name, at)) {
      at += name.size();
      if (form.compare(at, 2, "{{") != 0) return true;
    }
  }
  return false;
}

TokenOptions read_token(Reader& r, ChannelFile& file) {
  TokenOptions token;
  token.name = r.text("name");
  if (r.has("name") && !word_valid(token.name))
    r.wrong("name", "must be 1 to 32 of a-z, 0-9, - and _");
  refuse_secrets_in_place(r);
  token.reach = read_reach(r, file);
  token.url = r.text("url");
  token.place = read_url(r, "url", token.url, token.reach, file);
  if (const std::string text = r.text("form"); r.has("form")) {
    auto form = BodyTemplate::parse(text, BodyForm::kForm, {"refresh_token", "secret"});
    if (form) {
      token.form = *std::move(form);
    } else {
      r.wrong("form", form.error().message);
    }
    if (has_secret_in_place(text))
      r.wrong("form", "a secret never stands in this file: {{secret}} is that of secret_file");
  }
  token.headers = read_headers(r, file);
  token.refresh_token_file = read_secret_file(r, "refresh_token_file", file);
  token.secret_file = read_secret_file(r, "secret_file", file);
  if (!r.has("refresh_token_file") && !r.has("secret_file"))
    r.wrong("refresh_token_file", "either refresh_token_file or secret_file is needed");
  const std::string& first =
      token.refresh_token_file.empty() ? token.secret_file : token.refresh_token_file;
  const auto state = r.optional_text("state_file");
  token.state_file =
      state ? (file.folder.empty() || state->starts_with('/') ? *state : file.folder + "/" + *state)
            : first + ".state";
  const auto access = read_path(r, "access_token", "$.access_token");
  const auto refresh = read_path(r, "refresh_token", "$.refresh_token");
  const auto expires = read_path(r, "expires_in", "$.expires_in");
  if (access) token.access_token = *access;
  if (refresh) token.refresh_token = *refresh;
  if (expires) token.expires_in = *expires;
  const auto lifetime = r.optional_integer("lifetime_s", 60, 31'536'000);
  token.lifetime = std::chrono::seconds(lifetime.value_or(3600));
  token.refused_when = read_conditions(r, "refused_when");
  r.done();
  return token;
}

SmtpOptions read_smtp(Reader& r, const NetworkReach& reach, ChannelFile& file) {
  SmtpOptions smtp;
  static const std::vector<std::string> kWords = {"starttls", "tls", "none"};
  if (r.has("security")) smtp.security = static_cast<SmtpSecurity>(r.choice("security", kWords));
  const bool tls = smtp.security == SmtpSecurity::kTls;
  const bool plain = smtp.security == SmtpSecurity::kNone;
  smtp.server.scheme = tls ? "smtps" : "smtp";
  smtp.server.host = ascii_lower(r.text("host"));
  if (!smtp.server.host.empty()) judge_host(r, "host", smtp.server, file);
  const int usual = tls ? kSmtpsPort : plain ? kSmtpPort : kSubmissionPort;
  smtp.server.port = static_cast<int>(r.optional_integer("port", 1, 65535).value_or(usual));
  if (plain && !this_machine(smtp.server.host) && !reach.allow_plain)
    r.wrong("security", "none is for this machine only: mail and password would go in the clear");
  smtp.user = read_line(r, "user", false);
  smtp.password_file = read_secret_file(r, "password_file", file);
  if (r.has("user") != r.has("password_file"))
    r.wrong("user", "user and password_file belong together");
  smtp.sender.from = read_address(r, "from", true);
  smtp.sender.name = read_line(r, "from_name", false);
  smtp.sender.reply_to = read_address(r, "reply_to", false);
  smtp.sender.id_domain = read_line(r, "message_id_domain", false);
  smtp.hello = read_line(r, "hello", false);
  for (const char* key : {"message_id_domain", "hello"}) {
    const auto name = r.optional_text(key);
    if (name && !host_name_valid(*name)) r.wrong(key, "is no name of a host");
  }
  return smtp;
}

AlertmanagerOptions read_alertmanager(Reader& r, const NetworkReach& reach, ChannelFile& file) {
  AlertmanagerOptions out;
  out.url = r.text("url");
  while (out.url.ends_with('/')) out.url.pop_back();
  out.place = read_url(r, "url", out.url, reach, file);
  out.alertname = r.has("alertname") ? read_line(r, "alertname", true) : out.alertname;
  out.labels = r.optional_list("labels").value_or(std::vector<std::string>{});
  std::set<std::string> met = {"alertname", "channel"};
  for (const std::string& name : out.labels) {
    if (label_name(name).empty())
      r.wrong("labels", "'" + name + "' is no name of a label: letters, digits, _ and -");
    else if (!met.insert(label_name(name)).second)
      r.wrong("labels", "'" + name + "' would be the same label as another");
  }
  const auto hours = r.optional_integer("ends_after_h", 1, 168);
  out.ends_after = std::chrono::hours(hours.value_or(4));
  out.headers = read_headers(r, file);
  return out;
}

OutboxOptions read_outbox(Reader& r) {
  OutboxOptions out;
  out.folder = r.has("folder") ? read_line(r, "folder", true) : "outbox";
  static const std::vector<std::string> kForms = {"fitting", "mail", "json"};
  if (r.has("form")) out.form = static_cast<OutboxForm>(r.choice("form", kForms));
  if (r.has("from")) out.sender.from = read_address(r, "from", true);
  return out;
}

RetryLimits read_retry(Reader& r) {
  RetryLimits limits;
  auto retry = r.optional_section("retry");
  if (!retry) return limits;
  using std::chrono::seconds;
  limits.first = seconds(retry->optional_integer("first_s", 1, 3600).value_or(30));
  limits.cap = seconds(retry->optional_integer("cap_s", 1, 86'400).value_or(3600));
  limits.give_up = std::chrono::hours(retry->optional_integer("give_up_h", 1, 168).value_or(24));
  limits.attempts =
      static_cast<int>(retry->optional_integer("attempts", 1, 1000).value_or(limits.attempts));
  if (limits.cap < limits.first) retry->wrong("cap_s", "is shorter than first_s");
  retry->done();
  return limits;
}

ChannelOptions read_channel(Reader& r, ChannelFile& file) {
  static const std::vector<std::string> kTypes = {"outbox",   "smtp",    "webhook",     "sms",
                                                  "zalo_zns", "zalo_oa", "alertmanager"};
  ChannelOptions channel;
  const std::size_t type = r.choice("type", kTypes);
  const bool typed = r.sound();
  channel.name = r.text("name");
  if (r.has("name") && !word_valid(channel.name))
    r.wrong("name", "must be 1 to 32 of a-z, 0-9, - and _");
  if (!typed) return channel;  // nobody knows what the other keys should be
  channel.type = kTypes[type];
  channel.retry = read_retry(r);
  refuse_secrets_in_place(r);
  if (type == 0) {
    channel.what = read_outbox(r);
    r.done();
    return channel;
  }
  channel.reach = read_reach(r, file);
  if (type == 1) channel.what = read_smtp(r, channel.reach, file);
  if (type == 2) channel.what = read_webhook(r, channel.reach, file);
  if (type == 3) channel.what = read_sms(r, channel.reach, file);
  if (type == 4) channel.what = read_zalo_zns(r, channel.reach, file);
  if (type == 5) channel.what = read_zalo_oa(r, channel.reach, file);
  if (type == 6) channel.what = read_alertmanager(r, channel.reach, file);
  r.done();
  return channel;
}

}  // namespace

ChannelsConfig read_channels(Reader root, const std::string& folder) {
  root.integer("version", 1, 1);
  ChannelFile file;
  file.folder = folder;
  read_outgoing(root, file);
  for (Reader& r : root.optional_sections("tokens")) {
    TokenOptions token = read_token(r, file);
    if (file.tokens.contains(token.name)) r.wrong("name", "'" + token.name + "' stands twice");
    file.tokens.insert_or_assign(token.name, std::move(token));
  }
  ChannelsConfig config;
  std::vector<Reader> rows = root.sections("channels");
  if (rows.empty() && root.sound())
    root.wrong("channels", "at least one channel is needed; outbox writes files");
  for (Reader& r : rows) {
    ChannelOptions channel = read_channel(r, file);
    if (!channel.name.empty() && config.find(channel.name) != nullptr)
      r.wrong("name", "'" + channel.name + "' stands twice");
    config.channels.push_back(std::move(channel));
  }
  root.done();
  config.remarks = std::move(file.remarks);
  return config;
}

}  // namespace kip
