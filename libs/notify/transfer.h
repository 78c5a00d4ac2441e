#pragma once
// One use of libcurl, with what holds for every one: hard timeouts, no proxy, no redirect, no other
// protocol, certificates checked, and each address judged at the moment of connecting. Only this
// lib sees libcurl, and of its headers only this one.
//
//   Transfer transfer(reach, place, url, false);    // place: of the url, by parse_url
//   transfer.set(CURLOPT_POSTFIELDS, body.c_str());
//   const CURLcode code = transfer.perform();       // blocks, reach.timeout and 2 s at most
//   if (code != CURLE_OK) return transfer.failure(code);
//
// For one thread, one use.

#include <curl/curl.h>

#include <chrono>
#include <string>
#include <string_view>

#include "notify/delivery.h"
#include "notify/reach.h"

namespace kip {

class Transfer {
 public:
  // Of `place` the scheme is the only one that is allowed; `plain`: nothing will be encrypted.
  Transfer(const NetworkReach& reach, const Place& place, const std::string& url, bool plain);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer();

  template <typename T>
  void set(CURLoption option, T value) {
    KIP_CHECK(curl_easy_setopt(handle_, option, value) == CURLE_OK);
  }
  void add_header(const std::string& line);        // of HTTP
  void add_recipient(const std::string& address);  // of SMTP
  CURLcode perform();
  int response() const;  // the last status or reply code; 0: none came
  std::chrono::seconds retry_after() const;
  // What went wrong on the way, by libcurl's word; passing, but for what our policy refused.
  SendOutcome failure(CURLcode code) const;
  static bool tls_failed(CURLcode code);

 private:
  static int watch(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  std::string certificate_words() const;

  const NetworkReach& reach_;
  std::string host_;
  bool plain_;
  CURL* handle_;
  curl_slist* headers_ = nullptr;
  curl_slist* recipients_ = nullptr;
  std::string range_refused_;  // of the last address that was not called
  bool plain_refused_ = false;
  std::chrono::steady_clock::time_point end_;
  bool called_ = false;  // an address was allowed
};

}  // namespace kip
