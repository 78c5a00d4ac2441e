#include "notify/transfer.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/ascii.h"

namespace kip {
namespace {

// Verdicts of OpenSSL (X509_V_ERR_*) that an operator can act on.
constexpr long kUnspecified = 1, kExpired = 10, kSelfSigned = 18, kSelfSignedInChain = 19,
               kNoIssuer = 20, kUnableToVerify = 21, kWrongHost = 62;

// libcurl's own timeout is to speak first.
constexpr std::chrono::milliseconds kGrace{500};

void start_curl_once() {
  static const bool kStarted = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  KIP_CHECK(kStarted);
}

std::optional<IpAddress> address_of(const curl_sockaddr& address) {
  if (address.family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address.addr, sizeof v4);
    return ip_of_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (address.family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address.addr, sizeof v6);
    IpAddress out;
    std::memcpy(out.bytes.data(), v6.sin6_addr.s6_addr, out.bytes.size());
    return out;
  }
  return std::nullopt;
}

class ParsedUrl {
 public:
  ParsedUrl() { start_curl_once(); }
  ParsedUrl(const ParsedUrl&) = delete;
  ParsedUrl& operator=(const ParsedUrl&) = delete;
  ~ParsedUrl() { curl_url_cleanup(url_); }
  bool parse(const std::string& text) {
    return curl_url_set(url_, CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER) == CURLUE_OK;
  }
  std::string part(CURLUPart which, unsigned flags = 0) const {
    char* found = nullptr;
    if (curl_url_get(url_, which, &found, flags) != CURLUE_OK) return {};
    const std::string out = found;
    curl_free(found);
    return out;
  }

 private:
  CURLU* url_ = curl_url();
};

}  // namespace

std::chrono::milliseconds left_until(std::chrono::steady_clock::time_point end) {
  using std::chrono::milliseconds;
  const auto left = end - std::chrono::steady_clock::now();
  return std::max(std::chrono::duration_cast<milliseconds>(left), milliseconds(1));
}

Result<Place> parse_url(const std::string& url) {
  ParsedUrl parsed;
  for (const char c : url) {
    if (c <= 0x20 || c >= 0x7f) return invalid("holds a blank or a letter beyond ASCII");
  }
  if (!parsed.parse(url)) return invalid("is no URL without user and password");
  Place place{.scheme = ascii_lower(parsed.part(CURLUPART_SCHEME)),
              .host = ascii_lower(parsed.part(CURLUPART_HOST)),
              .port = 0};
  if (place.scheme != "https" && place.scheme != "http")
    return invalid("must begin with https:// (or http:// on this machine)");
  if (!parsed.part(CURLUPART_FRAGMENT).empty()) return invalid("may not have a #");
  if (place.host.starts_with('[')) place.host = place.host.substr(1, place.host.size() - 2);
  const std::string port = parsed.part(CURLUPART_PORT, CURLU_DEFAULT_PORT);
  place.port = port.empty() ? 0 : std::stoi(port);
  if (place.host.empty() || place.port == 0) return invalid("names no host or port");
  return place;
}

Transfer::Transfer(const NetworkReach& reach, const Place& place, const std::string& url,
                   bool plain)
    : reach_(reach), host_(place.host), plain_(plain) {
  start_curl_once();
  handle_ = curl_easy_init();
  KIP_CHECK(handle_ != nullptr);
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, place.scheme.c_str());
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, "");  // nor one of the environment
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(reach.connect_timeout.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(reach.timeout.count()));
  // After an SMTP conversation, timed out or not, libcurl says QUIT and waits two minutes for the
  // answer, whatever the timeout is. Only the watch ends that, and only of a connection not kept.
  set(CURLOPT_FORBID_REUSE, 1L);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &Transfer::watch);
  set(CURLOPT_XFERINFODATA, static_cast<void*>(this));
  set(CURLOPT_QUICK_EXIT, 1L);  // else the end waits for a resolver that is stuck
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!reach.ca_file.empty()) {
    set(CURLOPT_CAINFO, reach.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
  }
  set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
  set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
}

Transfer::~Transfer() {
  curl_easy_cleanup(handle_);
  curl_slist_free_all(headers_);
  curl_slist_free_all(recipients_);
}

void Transfer::add_header(const std::string& line) {
  headers_ = curl_slist_append(headers_, line.c_str());
  KIP_CHECK(headers_ != nullptr);
}

void Transfer::add_recipient(const std::string& address) {
  recipients_ = curl_slist_append(recipients_, address.c_str());
  KIP_CHECK(recipients_ != nullptr);
}

CURLcode Transfer::perform() {
  if (headers_ != nullptr) set(CURLOPT_HTTPHEADER, headers_);
  if (recipients_ != nullptr) set(CURLOPT_MAIL_RCPT, recipients_);
  end_ = std::chrono::steady_clock::now() + reach_.timeout;
  return curl_easy_perform(handle_);
}

int Transfer::watch(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& transfer = *static_cast<const Transfer*>(self);
  return std::chrono::steady_clock::now() > transfer.end_ + kGrace ? 1 : 0;
}

int Transfer::response() const {
  long code = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &code);
  return static_cast<int>(code);
}

std::chrono::seconds Transfer::retry_after() const {
  curl_off_t seconds = 0;
  curl_easy_getinfo(handle_, CURLINFO_RETRY_AFTER, &seconds);
  return std::chrono::seconds(seconds);
}

curl_socket_t Transfer::open_socket(void* self, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  const auto ip = address_of(*address);
  if (!ip || !transfer.reach_.policy.address_allowed(*ip)) {
    transfer.range_refused_ = ip ? special_range(*ip) : "no internet";
    return CURL_SOCKET_BAD;
  }
  if (transfer.plain_ && !transfer.reach_.allow_plain && !is_loopback(*ip)) {
    transfer.plain_refused_ = true;
    return CURL_SOCKET_BAD;
  }
  transfer.called_ = true;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

bool Transfer::tls_failed(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR ||
         code == CURLE_USE_SSL_FAILED || code == CURLE_SSL_CACERT_BADFILE;
}

std::string Transfer::certificate_words() const {
  long verdict = 0;
  curl_easy_getinfo(handle_, CURLINFO_SSL_VERIFYRESULT, &verdict);
  switch (verdict) {
    case kExpired:
      return "it has expired";
    case kSelfSigned:
    case kSelfSignedInChain:
    case kNoIssuer:
    case kUnableToVerify:
      return "it is signed by nobody whom we trust; is ca_file right?";
    case 0:
    case kUnspecified:  // libcurl compares the names before it asks OpenSSL
    case kWrongHost:
      return "it is of another host";
    default:
      return "OpenSSL's verdict is " + std::to_string(verdict);
  }
}

SendOutcome Transfer::failure(CURLcode code) const {
  switch (static_cast<int>(code)) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return transient("dns", host_ + " cannot be resolved");
    case CURLE_COULDNT_CONNECT:
      if (called_) return transient("connect", host_ + " takes no connection");
      if (plain_refused_)
        return permanent("plain_refused",
                         host_ + " is not this machine, and without TLS nothing goes further");
      if (!range_refused_.empty())
        return permanent("address_refused", host_ + " is at an address that is " + range_refused_ +
                                                " and in none of outgoing.networks");
      return transient("connect", host_ + " cannot be reached");
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_ABORTED_BY_CALLBACK:
      return transient("timeout", host_ + " did not answer in time");
    case CURLE_PEER_FAILED_VERIFICATION:
      return transient("tls_certificate",
                       "the certificate of " + host_ + " is refused: " + certificate_words());
    case CURLE_SSL_CONNECT_ERROR:
      return transient("tls", host_ + " and we do not agree on TLS");
    case CURLE_USE_SSL_FAILED:
      return transient("tls", host_ + " offers no STARTTLS");
    case CURLE_SSL_CACERT_BADFILE:
      return transient("tls_ca_file", "ca_file cannot be read or holds no certificate");
    case CURLE_LOGIN_DENIED:
      return transient("auth", host_ + " does not take our user and password");
    case CURLE_GOT_NOTHING:
      return transient("no_answer", host_ + " closed the connection without an answer");
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
      return transient("dropped", "the connection to " + host_ + " was lost");
    default:
      return transient("failed", host_ + ": " + curl_easy_strerror(code));
  }
}

}  // namespace kip
