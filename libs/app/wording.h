#pragma once
// A message in the words of its reader. Any thread.

#include "alerting/message.h"
#include "app/notify_setup.h"
#include "directory/directory.h"
#include "notify/delivery.h"

namespace kip {

// Subject and texts; who and by which channel is the caller's.
Result<Delivery> word_plainly(const Message& message, const Person& person,
                              const NotifySetup& setup);

}  // namespace kip
