#include "app/message_templates.h"

#include <filesystem>
#include <fstream>

namespace kip {
namespace {

namespace fs = std::filesystem;

// As much as is judged; what is longer is a mistake.
std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(kTemplateBytesMax + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

}  // namespace

Templates load_templates(const std::string& config_dir, Problems& problems) {
  const fs::path folder = fs::path(config_dir) / kTemplateFolder;
  std::map<std::string, std::string> texts;
  std::error_code failed;
  for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    std::error_code ec;
    const std::string name = fs::relative(at->path(), folder, ec).generic_string();
    if (at->is_regular_file(ec) && name != "README.md") texts[name] = text_of(at->path());
  }
  Problems found;
  Templates templates = Templates::read(texts, found);
  for (Problem& problem : found) {
    problem.file = (fs::path(config_dir) / problem.file).string();
    problems.push_back(std::move(problem));
  }
  return templates;
}

}  // namespace kip
