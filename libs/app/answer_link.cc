#include "app/answer_link.h"

#include <sys/random.h>

#include <array>
#include <chrono>
#include <filesystem>

#include "base/hash.h"
#include "contract/desk_state.h"
#include "notify/files.h"

namespace kip {
namespace {

constexpr std::size_t kIdLength = 26;   // of a message, in base32
constexpr std::size_t kMacLength = 20;  // of the 52 characters of the HMAC: 100 bits
constexpr std::size_t kKeyBytes = 32;
constexpr std::chrono::seconds kLockPatience{10};

// Takes as long for every wrong text of a length.
bool same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned differences = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    differences |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return differences == 0;
}

// Where there is none. One that cannot be looked at stays as it is: it may be the key of links that
// are out.
Status have_key(const std::string& file) {
  std::error_code failed;
  if (std::filesystem::exists(file, failed)) return {};
  if (failed) return unavailable(file + ": " + failed.message());
  auto lock = FileLock::take(file + ".lock", kLockPatience);
  if (!lock) return lock.error();
  if (std::filesystem::exists(file, failed)) return {};  // another process was faster
  std::array<char, kKeyBytes> key{};
  if (getentropy(key.data(), key.size()) != 0)
    return unavailable("this machine gives no random bytes for " + file);
  return write_whole(file, hex({key.data(), key.size()}) + "\n");
}

}  // namespace

Result<AnswerLinks> AnswerLinks::open(const std::string& data, const DeskRules& rules) {
  const bool own = rules.answer_key_file.empty();
  const std::string file =
      own ? (std::filesystem::path(data) / kAnswerKeyFile).string() : rules.answer_key_file;
  const std::string name = own ? file : "answer_key_file of notify.yaml";
  if (own) {
    if (Status made = have_key(file); !made) return made.error();
  }
  auto key = read_secret(file);
  if (!key) return invalid(name + ": " + key.error().message);
  if (open_to_others(file)) return invalid(name + " may be read by others: chmod 600");
  if (key->size() < kKeyBytes)
    return invalid(name + ": a key has at least " + std::to_string(kKeyBytes) + " characters");
  return AnswerLinks(std::move(*key));
}

std::string AnswerLinks::token_of(std::string_view message_id) const {
  const Sha256 mac = hmac_sha256(key_, std::string("kip answer 1|").append(message_id));
  std::string token(message_id);
  return token.append(1, '-').append(base32_lower(bytes_of(mac)).substr(0, kMacLength));
}

std::string AnswerLinks::link_of(const Message& message, const DeskRules& rules) const {
  return rules.public_url.empty() ? "" : rules.public_url + "/x/" + token_of(message.id);
}

Result<OpenedLink> AnswerLinks::open_token(const Store& store, std::string_view token,
                                           int link_days, Instant now) const {
  OpenedLink opened;
  const std::string id(token.substr(0, kIdLength));
  if (!same(token, token_of(id))) {
    opened.fault = LinkFault::kBad;
    return opened;
  }
  auto bytes = store.get(Table::kMessage, id);
  if (!bytes) return bytes.error();
  if (!*bytes) {
    opened.fault = LinkFault::kUnknown;
    return opened;
  }
  auto message = decode_message(**bytes);
  if (!message) return message.error();
  opened.until = link_end(*message, link_days);
  if (now >= opened.until) {
    opened.fault = LinkFault::kExpired;
  } else {
    opened.message = std::move(*message);
  }
  return opened;
}

Instant link_end(const Message& message, int link_days) {
  return message.at + std::chrono::days{link_days};
}

}  // namespace kip
