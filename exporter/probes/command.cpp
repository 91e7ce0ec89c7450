#include "exporter/probes/command.h"

#include <algorithm>

#include "base/os/process.h"
#include "exporter/probes/config.h"

namespace exporter::probes {
namespace {

// A process that ignores SIGTERM is killed this much later.
constexpr auto kKillAfter = std::chrono::seconds(1);
constexpr std::int64_t kDefaultMemory = 1LL << 30U;
constexpr std::int64_t kLeastMemory = 16LL << 20U;
constexpr std::int64_t kMostMemory = 1LL << 50U;

class CommandProber final : public Prober {
 public:
  CommandProber(std::vector<std::string> argv, std::vector<int> valid, std::uint64_t max_memory)
      : argv_(std::move(argv)), valid_(std::move(valid)), max_memory_(max_memory) {}

  ProbeResult probe(base::Deadline deadline, const std::stop_token& stop) override {
    ProbeResult answer;
    const auto exit = base::run({.argv = argv_,
                                 .max_output = 0,
                                 .kill_after = kKillAfter,
                                 .limits = base::limits_of_check(max_memory_, deadline.remaining())},
                                deadline, stop);
    if (!exit) {
      const std::string& why = exit.error().message;
      const bool missing = why.ends_with("not found") || why.ends_with("No such file or directory");
      answer.failure = {missing ? Reason::kNotFound : Reason::kUnreadable, why};
    } else if (exit->timed_out) {
      answer.failure = {Reason::kTimeout, "timed out and was killed"};
    } else if (exit->signal != 0) {
      answer.failure = {Reason::kSignal, fmt::format("ended by signal {}", exit->signal)};
    } else {
      answer.exit_code = exit->code;
      if (std::ranges::find(valid_, exit->code) == valid_.end())
        answer.failure = {Reason::kExitCode, fmt::format("exit code {}", exit->code)};
    }
    return answer;
  }

 private:
  std::vector<std::string> argv_;
  std::vector<int> valid_;
  std::uint64_t max_memory_;
};

}  // namespace

MakeProber read_command(const base::yaml::Node& node) {
  only(node, {"argv", "valid_exit_codes", "max_memory_bytes"});
  const auto argv_node = node.required("argv");
  auto argv = argv_node.strings();
  if (argv_node.is_list() && (argv.empty() || argv.front().empty())) argv_node.problem("must name a program");
  std::vector<int> valid;
  for (const auto& code : node.optional("valid_exit_codes").items()) {
    valid.push_back(static_cast<int>(code.integer(0, 0, 255)));
  }
  if (valid.empty()) valid.push_back(0);
  const auto max_memory = static_cast<std::uint64_t>(
      node.optional("max_memory_bytes").integer(kDefaultMemory, kLeastMemory, kMostMemory));
  return [argv = std::move(argv), valid = std::move(valid), max_memory] {
    return std::make_unique<CommandProber>(argv, valid, max_memory);
  };
}

}  // namespace exporter::probes
