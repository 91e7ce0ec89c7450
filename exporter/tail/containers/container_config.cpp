#include "exporter/tail/containers/container_config.h"

#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <utility>

#include "exporter/tail/config.h"
#include "exporter/tail/containers/container_source.h"

namespace exporter::tail {
namespace {

std::vector<std::string> read_names(const base::yaml::Node& node) {
  if (!node.is_scalar()) return node.strings();
  if (const auto word = node.string(); word != "all") {
    node.problem(fmt::format("\"{}\" is neither \"all\" nor a list of names", word));
  }
  return {"*"};
}

bool any_matches(const std::vector<std::string>& patterns, std::string_view name) {
  return std::ranges::any_of(patterns, [text = std::string(name)](const std::string& pattern) {
    return ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
  });
}

}  // namespace

bool ContainerLogs::includes(std::string_view name) const {
  return any_matches(include, name) && !any_matches(exclude, name);
}

ContainerLogs read_container_logs(const base::yaml::Node& node) {
  ContainerLogs config;
  node.only({"include", "exclude", "sources"});
  if (const auto include = node.optional("include"); include.present()) config.include = read_names(include);
  config.exclude = node.optional("exclude").strings();
  for (const auto& name : config.include) {
    if (name.find_first_of("*?[") == name.npos) config.expected.insert(name);
  }
  if (const auto sources = node.optional("sources"); sources.present()) {
    for (const auto& [name, source] : sources.entries()) {
      source.only({"level_patterns", "start_pattern"});
      config.expected.insert(name);
      if (auto rules = read_level_rules(source)) config.rules.emplace(name, std::move(rules));
    }
  }
  return config;
}

std::vector<SourcePlan> read_container_source(const base::yaml::Node& node, const std::string& docker_host,
                                              const std::vector<std::string>& declared) {
  if (!node.present()) return {};
  ContainerLogs read = read_container_logs(node);
  read.expected.insert(declared.begin(), declared.end());
  // File sources have names; this source stands for many containers.
  return {{.name = "",
           .text = fmt::format("{}\n{}\n{}", docker_host, fmt::join(declared, " "), node.text()),
           .make =
               [docker_host, config = std::move(read)](const Making& making) {
                 return std::make_unique<ContainerSource>(
                     ContainerSource::Options{docker_host, config, making.from_end, making.sink},
                     making.registry, making.clock);
               },
           .finds_sources = true}};
}

}  // namespace exporter::tail
