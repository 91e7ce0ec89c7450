#include "healer/actions/maintenance/validation/facts.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <optional>
#include <utility>

#include "healer/actions/files/cleanup_stats.h"

namespace healer::validation {
namespace {

// By the value of one label.
using Values = std::map<std::string, double>;

base::Result<Values> ask(const checks::Prometheus& prometheus, const std::string& promql,
                         const std::string& label, base::Deadline deadline) {
  const auto samples = prometheus.query(promql, deadline);
  if (!samples) return std::unexpected(samples.error());
  Values values;
  for (const checks::Sample& sample : *samples) {
    const auto found = sample.labels.find(label);
    values[found == sample.labels.end() ? "" : found->second] = sample.value;
  }
  return values;
}

// A file's name is unique within its subsystem.
using Files = std::map<std::pair<std::string, std::string>, double>;  // name and subsystem

base::Result<Files> ask_files(const checks::Prometheus& prometheus, const std::string& promql,
                              base::Deadline deadline) {
  const auto samples = prometheus.query(promql, deadline);
  if (!samples) return std::unexpected(samples.error());
  Files files;
  for (const checks::Sample& sample : *samples) {
    const auto label = [&](const char* name) {
      const auto found = sample.labels.find(name);
      return found == sample.labels.end() ? std::string() : found->second;
    };
    files[{label("file"), label("subsystem")}] = sample.value;
  }
  return files;
}

std::vector<Check> unknown(std::string why) {
  return {{.name = "facts", .verdict = Verdict::kFail, .detail = std::move(why), .took = {}}};
}

// Why an empty result may mean missing data; nullopt: Prometheus has data from the exporter.
std::optional<std::string> silence(const checks::Prometheus& prometheus, base::Deadline deadline) {
  const auto presence = prometheus.query("count(salus_exporter_build_info)", deadline);
  if (!presence) return presence.error().message;
  if (presence->empty()) return "Prometheus has no data from the exporter";
  return std::nullopt;
}

template <class Key>
std::optional<double> value_of(const std::map<Key, double>& values, const Key& name) {
  const auto found = values.find(name);
  return found == values.end() ? std::nullopt : std::optional(found->second);
}

// Why the check of the file fails; "" if it passes.
std::string file_fault(std::optional<double> present, std::optional<double> size,
                       std::optional<double> intact, std::uint64_t min_bytes) {
  if (present != 1.0) return "missing";
  if (!size) return "unknown size";
  if (*size < static_cast<double>(min_bytes)) return fmt::format("too small: {:.0f} bytes", *size);
  if (intact == 0.0) return "its content does not match the manifest";
  return "";
}

struct Figure {
  const char* name;  // {} is the label's value
  const char* label;
  const char* promql;
  bool percent;  // else bytes
};
constexpr std::array kFigures{
    Figure{"disk {}", "mountpoint",
           "100 * (1 - min by (mountpoint) (salus_host_filesystem_avail_bytes) / "
           "min by (mountpoint) (salus_host_filesystem_size_bytes))",
           true},
    Figure{"memory{}", "",
           "100 * (1 - min(salus_host_memory_available_bytes) / min(salus_host_memory_total_bytes))", true},
    Figure{"cpu of {}", "container", "100 * max by (container) (rate(salus_container_cpu_seconds_total[5m]))",
           true},
    Figure{"memory of {}", "container", "max by (container) (salus_container_memory_working_set_bytes)",
           false},
};

}  // namespace

std::vector<Check> check_files(const checks::Prometheus& prometheus, std::uint64_t min_bytes,
                               base::Deadline deadline) {
  if (auto why = silence(prometheus, deadline)) return unknown(std::move(*why));
  const auto present = ask_files(prometheus, "min by (file, subsystem) (salus_file_present)", deadline);
  if (!present) return unknown(present.error().message);
  const auto size = ask_files(prometheus, "min by (file, subsystem) (salus_file_size_bytes)", deadline);
  if (!size) return unknown(size.error().message);
  const auto intact = ask_files(prometheus, "min by (file, subsystem) (salus_file_intact)", deadline);
  if (!intact) return unknown(intact.error().message);
  std::map<std::string, int> names;
  for (const auto& [file, there] : *present) ++names[file.first];
  std::vector<Check> checks;
  for (const auto& [file, there] : *present) {
    const auto& [name, subsystem] = file;
    std::string fault = file_fault(there, value_of(*size, file), value_of(*intact, file), min_bytes);
    const Verdict verdict = fault.empty() ? Verdict::kPass : Verdict::kFail;
    checks.push_back({.name = names[name] == 1 ? name : subsystem + "/" + name,
                      .verdict = verdict,
                      .detail = std::move(fault),
                      .took = {}});
  }
  return checks;
}

std::vector<Check> check_containers(const checks::Prometheus& prometheus, base::Deadline deadline) {
  if (auto why = silence(prometheus, deadline)) return unknown(std::move(*why));
  const auto expected =
      ask(prometheus, "max by (container) (salus_container_expected)", "container", deadline);
  if (!expected) return unknown(expected.error().message);
  const auto running = ask(prometheus, "min by (container) (salus_container_running)", "container", deadline);
  if (!running) return unknown(running.error().message);
  std::vector<Check> checks;
  for (const auto& [container, wanted] : *expected) {
    if (wanted == 0) continue;
    const auto runs = value_of(*running, container);
    checks.push_back({.name = container,
                      .verdict = runs == 1.0 ? Verdict::kPass : Verdict::kFail,
                      .detail = runs == 1.0 ? ""
                                : runs      ? "not running"
                                            : "unknown whether it runs",
                      .took = {}});
  }
  return checks;
}

std::vector<Check> read_system(const checks::Prometheus& prometheus, base::Deadline deadline) {
  std::vector<Check> checks;
  for (const Figure& figure : kFigures) {
    const auto values = ask(prometheus, figure.promql, figure.label, deadline);
    const auto name = [&](std::string_view of) { return fmt::format(fmt::runtime(figure.name), of); };
    if (!values || values->empty()) {
      checks.push_back({.name = name("*"),
                        .verdict = Verdict::kSkipped,
                        .detail = values ? "no data" : values.error().message,
                        .took = {}});
      continue;
    }
    for (const auto& [of, value] : *values) {
      std::string said = figure.percent ? fmt::format("{:.1f} %", value)
                                        : actions::in_bytes(static_cast<std::uint64_t>(std::max(0.0, value)));
      checks.push_back({.name = name(of), .verdict = Verdict::kPass, .detail = std::move(said), .took = {}});
    }
  }
  return checks;
}

}  // namespace healer::validation
