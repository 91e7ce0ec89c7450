#include "exporter/tail/config.h"

#include <set>
#include <utility>

#include "exporter/tail/files/file_source.h"
#include "log_analysis/level_rules.h"

namespace exporter::tail {
namespace {

constexpr std::size_t kMaxSourceName = 128;

log_analysis::Level read_level(const base::yaml::Node& node) {
  const std::string word = node.one_of({"info", "warning", "error", "critical"}, "error");
  for (int i = 0; i < log_analysis::kLevels; ++i) {
    const auto level = static_cast<log_analysis::Level>(i);
    if (log_analysis::name(level) == word) return level;
  }
  return log_analysis::Level::error;
}

// Empty when there is none, or when it is invalid.
std::string read_pattern(const base::yaml::Node& node, const std::string& pattern) {
  if (pattern.empty()) return "";
  const auto checked = log_analysis::check_pattern(pattern);
  if (!checked) node.problem(checked.error().message);
  return checked ? pattern : "";
}

std::string read_path(const base::yaml::Node& node, bool is_glob) {
  const std::string path = node.non_empty_string();
  if (path.empty()) return path;
  if (!path.starts_with('/')) node.problem("\"" + path + "\" is not an absolute path");
  if (path.ends_with('/')) node.problem("\"" + path + "\" is a folder");
  if (!is_glob && path.find_first_of("*?[") != std::string::npos) {
    node.problem("\"" + path + "\" is a pattern; it belongs under \"glob\"");
  }
  return path;
}

SourcePlan read_file_source(const base::yaml::Node& node) {
  node.only({"source", "path", "glob", "start", "start_pattern", "level_patterns"});
  const auto source = node.required("source");
  SourcePlan plan{
      .name = source.non_empty_string(), .text = node.text(), .make = nullptr, .finds_sources = false};
  if (plan.name.size() > kMaxSourceName) source.problem("must be at most 128 bytes long");

  FileFollower::Options files;
  const auto path = node.optional("path");
  const auto glob = node.optional("glob");
  if (path.present() == glob.present()) node.problem("expected either \"path\" or \"glob\"");
  if (path.present()) files.patterns.push_back(read_path(path, false));
  if (glob.present()) files.patterns.push_back(read_path(glob, true));
  files.from_beginning = node.optional("start").one_of({"end", "beginning"}, "end") == "beginning";

  plan.make = [name = plan.name, files, rules = read_level_rules(node)](const Making& making) {
    auto options = files;
    if (making.from_end) options.from_beginning = false;
    return std::make_unique<FileSource>(name, options, Pipeline::Options{rules, making.sink}, making.registry,
                                        making.clock);
  };
  return plan;
}

}  // namespace

std::shared_ptr<const log_analysis::LevelRules> read_level_rules(const base::yaml::Node& source) {
  std::vector<log_analysis::LevelRule> rules;
  const auto list = source.optional("level_patterns");
  if (list.present()) {
    for (const auto& item : list.items()) {
      item.only({"pattern", "level"});
      const auto pattern = item.required("pattern");
      const auto level = read_level(item.required("level"));
      const auto text = read_pattern(pattern, pattern.non_empty_string());
      if (!text.empty()) rules.push_back({text, level, pattern.path()});
    }
  }
  const auto start = source.optional("start_pattern");
  const std::string first = read_pattern(start, start.string());
  if (rules.empty() && first.empty()) return nullptr;
  auto compiled = log_analysis::LevelRules::compile(rules, first, start.path());
  if (compiled) return *compiled;
  source.problem(compiled.error().message);
  return nullptr;
}

std::vector<SourcePlan> read_file_sources(const base::yaml::Node& files) {
  std::vector<SourcePlan> plans;
  if (!files.present()) return plans;
  std::set<std::string> names;
  for (const auto& node : files.items()) {
    plans.push_back(read_file_source(node));
    if (!plans.back().name.empty() && !names.insert(plans.back().name).second) {
      node.problem("source \"" + plans.back().name + "\" is already declared");
    }
  }
  return plans;
}

}  // namespace exporter::tail
