#include "healer/actions/files/name_filter.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <filesystem>

namespace healer::actions {
namespace {

bool any_matches(const std::vector<std::string>& patterns, const std::string& name) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return ::fnmatch(pattern.c_str(), name.c_str(), FNM_PERIOD) == 0;
  });
}

std::vector<std::string> read_patterns(const base::yaml::Node& node) {
  std::vector<std::string> patterns = node.strings();
  for (const std::string& pattern : patterns) {
    if (pattern.empty() || pattern.find('/') != std::string::npos) {
      node.problem(
          fmt::format("\"{}\" matches no file: patterns match file names, without folders", pattern));
    }
  }
  return patterns;
}

}  // namespace

bool NameFilter::matches(const std::string& name) const {
  return any_matches(include, name) && !any_matches(exclude, name);
}

std::string NameFilter::words() const {
  return exclude.empty() ? fmt::format("{}", fmt::join(include, ", "))
                         : fmt::format("{} but not {}", fmt::join(include, ", "), fmt::join(exclude, ", "));
}

NameFilter read_name_filter(const base::yaml::Node& parameters, std::vector<std::string> otherwise) {
  NameFilter filter;
  const auto include = otherwise.empty() ? parameters.required("include") : parameters.optional("include");
  filter.include = include.present() ? read_patterns(include) : std::move(otherwise);
  if (include.present() && filter.include.empty()) include.problem("must list at least one pattern");
  filter.exclude = read_patterns(parameters.optional("exclude"));
  return filter;
}

std::string read_folder(const base::yaml::Node& parameters) {
  const auto node = parameters.required("folder");
  const std::filesystem::path path = node.non_empty_string();
  if (path.empty()) return "";
  const auto folder = path.lexically_normal();
  if (!folder.is_absolute()) {
    node.problem(fmt::format("\"{}\" is not an absolute path", path.string()));
  } else if (folder == "/") {
    node.problem("must not be the root of the file system");
  }
  return folder.string();
}

}  // namespace healer::actions
