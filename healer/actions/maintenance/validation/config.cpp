#include "healer/actions/maintenance/validation/config.h"

#include <fmt/format.h>

#include "healer/actions/maintenance/validation/http_checks.h"
#include "healer/actions/maintenance/validation/named_checks.h"

namespace healer::validation {
namespace {

using base::yaml::Node;
using namespace std::chrono_literals;

constexpr std::int64_t kMostFileBytes = 1024 * 1024 * 1024;
constexpr std::int64_t kLeastMemory = 16LL << 20U;
constexpr std::int64_t kMostMemory = 1LL << 50U;

void must_be_absolute(const Node& node, const std::string& path) {
  if (!path.empty() && !path.starts_with('/'))
    node.problem(fmt::format("\"{}\" is not an absolute path", path));
}

CommandCheck read_command(const Node& node) {
  CommandCheck check;
  check.name = node.required("name").non_empty_string();
  const Node argv = node.required("argv");
  check.argv = argv.strings();
  if (check.argv.empty()) {
    if (argv.is_list()) argv.problem("must not be empty");
  } else {
    must_be_absolute(argv, check.argv.front());
  }
  if (const Node directory = node.optional("directory"); directory.present()) {
    check.directory = directory.non_empty_string();
    must_be_absolute(directory, check.directory);
  }
  check.timeout = node.optional("timeout").duration(check.timeout, 1s, 1h);
  check.max_memory_bytes = static_cast<std::uint64_t>(
      node.optional("max_memory_bytes")
          .integer(static_cast<std::int64_t>(check.max_memory_bytes), kLeastMemory, kMostMemory));
  return check;
}

CommandCheck read_command_check(const Node& node) {
  node.only({"name", "argv", "directory", "timeout", "max_memory_bytes"});
  return read_command(node);
}

// A module or a smoke test: the rule ValidationFailed passes what heals it on to the healer.
CommandCheck read_healable_check(const Node& node) {
  node.only({"name", "argv", "directory", "timeout", "max_memory_bytes", "heal", "container"});
  CommandCheck check = read_command(node);
  check.heal = node.optional("heal").string();
  check.container = node.optional("container").string();
  if (check.heal.empty() != check.container.empty())
    node.problem("requires both heal and container, or neither");
  return check;
}

}  // namespace

std::vector<CommandCheck> read_command_checks(const Node& node) {
  return read_named_checks(node, read_command_check);
}

ValidationConfig read_validation(const Node& node) {
  ValidationConfig config;
  if (!node.present()) return config;
  if (!node.is_map()) {
    node.problem("must be a map");
    return config;
  }
  node.only({"modules", "modules_required", "smoke", "http", "integrations", "min_file_bytes", "parallel",
             "timeout"});
  config.modules = read_named_checks(node.optional("modules"), read_healable_check);
  if (const Node required = node.optional("modules_required"); required.present()) {
    const auto all = static_cast<std::int64_t>(config.modules.size());
    config.modules_may_fail = static_cast<int>(all - required.integer(all, 0, all));
  }
  config.smoke = read_named_checks(node.optional("smoke"), read_healable_check);
  config.http = read_http_checks(node.optional("http"));
  config.integrations = read_command_checks(node.optional("integrations"));
  config.min_file_bytes = static_cast<std::uint64_t>(
      node.optional("min_file_bytes")
          .integer(static_cast<std::int64_t>(config.min_file_bytes), 0, kMostFileBytes));
  config.parallel = static_cast<int>(node.optional("parallel").integer(config.parallel, 1, 64));
  config.timeout = node.optional("timeout").duration(config.timeout, 10s, 1h);
  return config;
}

}  // namespace healer::validation
