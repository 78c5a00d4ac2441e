#include "notify/smtp.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "notify/files.h"
#include "notify/transfer.h"

namespace kip {
namespace {

constexpr int kGoOn = 354;  // the reply to DATA

bool asks_for_password(int reply) {
  return reply == 530 || reply == 534 || reply == 535 || reply == 538;
}

struct Source {
  std::string_view rest;
};

std::size_t give(char* to, std::size_t size, std::size_t count, void* source) {
  auto& rest = static_cast<Source*>(source)->rest;
  const std::size_t bytes = std::min(size * count, rest.size());
  std::memcpy(to, rest.data(), bytes);
  rest.remove_prefix(bytes);
  return bytes;
}

// The last line of each reply code: after a refusal comes the answer to our goodbye.
using Replies = std::map<std::string, std::string, std::less<>>;

std::size_t take_reply(char* line, std::size_t size, std::size_t count, void* to) {
  const std::string_view text(line, size * count);
  auto& replies = *static_cast<Replies*>(to);
  const std::string code(text.substr(0, 3));
  if (code == "220") replies.clear();  // the greeting, or STARTTLS: EHLO comes (again)
  replies[code] = enhanced_code(text);
  return size * count;
}

class Smtp : public MessageChannel {
 public:
  Smtp(SmtpOptions options, NetworkReach reach)
      : options_(std::move(options)), reach_(std::move(reach)) {}

  SendOutcome send(const Delivery& delivery) override {
    if (const auto refused = unfit(delivery)) return *refused;
    const auto mail = mail_of(delivery, options_.sender);
    if (!mail) return permanent("bad_recipient", mail.error().message);
    if (!reach_.policy.host_allowed(options_.server.host))
      return permanent("host_refused", options_.server.host + " is not among outgoing.hosts");
    std::string password;
    if (!options_.user.empty()) {
      auto secret = read_secret(options_.password_file);
      if (!secret) return transient("secret", "password_file: " + secret.error().message);
      password = *std::move(secret);
    }
    return talk(delivery, *mail, password);
  }

 private:
  std::string url() const {
    const std::string& host = options_.server.host;
    const bool v6 = host.find(':') != std::string::npos;
    std::string out = options_.server.scheme + "://" + (v6 ? "[" + host + "]" : host) + ":" +
                      std::to_string(options_.server.port);
    return options_.hello.empty() ? out : out + "/" + options_.hello;
  }

  SendOutcome talk(const Delivery& delivery, const std::string& mail, const std::string& password) {
    const bool plain = options_.security == SmtpSecurity::kNone;
    Transfer transfer(reach_, options_.server, url(), plain);
    if (options_.security == SmtpSecurity::kStartTls)
      transfer.set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    if (!options_.user.empty()) {
      transfer.set(CURLOPT_USERNAME, options_.user.c_str());
      transfer.set(CURLOPT_PASSWORD, password.c_str());
    }
    Source source{mail};
    Replies replies;
    transfer.set(CURLOPT_UPLOAD, 1L);
    transfer.set(CURLOPT_MAIL_FROM, ("<" + options_.sender.from + ">").c_str());
    for (const std::string& address : delivery.recipients) {
      transfer.add_recipient("<" + address + ">");
    }
    transfer.set(CURLOPT_READFUNCTION, &give);
    transfer.set(CURLOPT_READDATA, static_cast<void*>(&source));
    transfer.set(CURLOPT_HEADERFUNCTION, &take_reply);
    transfer.set(CURLOPT_HEADERDATA, static_cast<void*>(&replies));
    const CURLcode code = transfer.perform();
    SmtpEnd end;
    end.done = code == CURLE_OK;
    const SendOutcome failure = transfer.failure(code);
    // A reply before the TLS that failed says nothing about the mail.
    if (Transfer::tls_failed(code)) return failure;
    end.reply = transfer.response();
    end.welcome = replies.contains("250");
    end.enhanced = replies[std::to_string(end.reply)];
    return outcome_of(end, failure, options_.server.host);
  }

  SmtpOptions options_;
  NetworkReach reach_;
};

}  // namespace

std::string enhanced_code(std::string_view line) {
  if (line.size() < 9) return {};
  line.remove_prefix(4);  // "550 " or "550-"
  const std::string_view code = line.substr(0, line.find_first_of(" \r\n"));
  int dots = 0;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const bool digit = code[i] >= '0' && code[i] <= '9';
    if (!digit && (code[i] != '.' || i == 0 || code[i - 1] == '.')) return {};
    dots += digit ? 0 : 1;
  }
  return dots == 2 && code.size() <= 9 && !code.ends_with('.') ? std::string(code) : "";
}

SendOutcome outcome_of(const SmtpEnd& end, const SendOutcome& failure, const std::string& host) {
  const std::string code = std::to_string(end.reply);
  const std::string said = code + (end.enhanced.empty() ? "" : " " + end.enhanced);
  if (end.done) return delivered(code, host + " took it: " + said);
  if (asks_for_password(end.reply) || failure.code == "auth")
    return transient("auth", host + " does not take our user and password: " + said);
  if (end.reply >= 500 && !end.welcome)
    return transient(code, host + " takes no mail from us now: " + said);
  if (end.reply >= 500) return permanent(code, host + " refused it: " + said);
  if (end.reply >= 400) return transient(code, host + " put it off: " + said);
  if (end.reply == kGoOn && failure.code != "timeout")
    return transient("dropped_in_data",
                     host + " was lost in the middle of the mail; it may have arrived");
  if (end.reply == kGoOn)
    return transient("timeout", host + " did not confirm the mail in time; it may have arrived");
  return failure;
}

std::unique_ptr<MessageChannel> make_smtp(SmtpOptions options, NetworkReach reach) {
  return std::make_unique<Smtp>(std::move(options), std::move(reach));
}

}  // namespace kip
