#pragma once
// Messages of every kind and every reason to tell, for the check of templates: of the ward's own
// units and people where there are any. Invented items. Pure.

#include <vector>

#include "alerting/message.h"
#include "directory/directory.h"
#include "registry/registry.h"

namespace kip {

std::vector<Message> sample_messages(const Registry& registry, const Directory& directory,
                                     Instant at);

}  // namespace kip
