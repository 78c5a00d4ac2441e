#pragma once
// The templates of the messages as the config folder has them; what it has not is as shipped.
//
//   Templates templates = load_templates(dir, problems);
//
// Reads the folder `messages` there, which may be missing; nothing else. Any thread.

#include <string>

#include "messages/templates.h"

namespace kip {

// Mistakes go into `problems` with the file's path. Only its README.md is no template.
Templates load_templates(const std::string& config_dir, Problems& problems);

}  // namespace kip
