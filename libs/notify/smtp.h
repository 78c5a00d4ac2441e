#pragma once
// Mail by SMTP. The server's reply code decides, not libcurl's word: 5xx is permanent, 4xx passing;
// what is wrong between us and the server (password, TLS, that it will not have us at all) is
// passing too, for the message is sound and the operator may mend it. Lost after DATA: passing, and
// perhaps delivered; the Message-ID is the same then. All recipients of a delivery, or none.

#include <memory>
#include <string>

#include "notify/delivery.h"
#include "notify/mime.h"
#include "notify/reach.h"

namespace kip {

enum class SmtpSecurity { kStartTls, kTls, kNone };

struct SmtpOptions {
  Place server;  // scheme "smtp" or "smtps"
  SmtpSecurity security = SmtpSecurity::kStartTls;
  MailSender sender;
  std::string user;           // empty: no AUTH
  std::string password_file;  // read anew at each attempt
  std::string hello;          // the name after EHLO; empty: this machine's
};

std::unique_ptr<MessageChannel> make_smtp(SmtpOptions options, NetworkReach reach);

// What a conversation came to: the last reply code (0: none), and whether libcurl held it for done.
// `enhanced`: "5.1.1" of RFC 3463, where the server said one. `welcome`: it has said 250 once, to
// our EHLO or HELO; a server refuses us all by the greeting (554) or there.
struct SmtpEnd {
  bool done = false;
  int reply = 0;
  std::string enhanced = {};
  bool welcome = true;
};
SendOutcome outcome_of(const SmtpEnd& end, const SendOutcome& failure, const std::string& host);
// The enhanced code of a reply line; empty: none.
std::string enhanced_code(std::string_view line);

}  // namespace kip
