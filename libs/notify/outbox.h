#pragma once
// Messages as files, where no channel leads out of the machine: to look at, to try the whole
// without a mail server. A mail as KEY.eml where all recipients are mail addresses, else KEY.json
// with all of the delivery. Written beside, synced and renamed; the name is the key's, so a repeat
// takes the place of the first. The files hold full addresses: mode 0600. Nothing ever takes them
// away.

#include <memory>
#include <string>
#include <string_view>

#include "notify/delivery.h"
#include "notify/mime.h"

namespace kip {

enum class OutboxForm { kFitting, kMail, kJson };

struct OutboxOptions {
  std::string folder;  // made at the first message
  OutboxForm form = OutboxForm::kFitting;
  MailSender sender = {.from = "kip@localhost", .name = "Kịp", .reply_to = {}, .id_domain = {}};
};

std::unique_ptr<MessageChannel> make_outbox(OutboxOptions options);

// Another name for each key; letters, digits, '-', '_' and '.' stay, others become %XX.
std::string file_name(std::string_view key);

}  // namespace kip
