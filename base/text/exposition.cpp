#include "base/text/exposition.h"

#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>

#include "base/os/file.h"
#include "base/text/utf8.h"

namespace base {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// The serializer escapes label values but prints HELP as it is.
std::string escape_help(std::string_view help) {
  std::string escaped;
  for (const char c : repair_utf8(help)) {
    if (c == '\\') {
      escaped += "\\\\";
    } else if (c == '\n') {
      escaped += "\\n";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

void tidy(MetricFamily& family) {
  family.help = escape_help(family.help);
  // Prometheus rejects a page with two samples of one series, so only the first is kept.
  std::map<std::vector<ClientMetric::Label>, ClientMetric> in_order;
  for (ClientMetric& metric : family.metric) {
    for (auto& label : metric.label) {
      if (!is_utf8(label.value)) label.value = repair_utf8(label.value);
    }
    std::sort(metric.label.begin(), metric.label.end());
    in_order.try_emplace(metric.label, std::move(metric));
  }
  family.metric.clear();
  for (auto& [labels, metric] : in_order) family.metric.push_back(std::move(metric));
}

MetricFamily family_of(MetricType type, std::string name, std::string help) {
  MetricFamily family;
  family.name = std::move(name);
  family.help = std::move(help);
  family.type = type;
  return family;
}

MetricFamily single(MetricType type, std::string name, std::string help, double value) {
  MetricFamily family = family_of(type, std::move(name), std::move(help));
  add_sample(family, {}, value);
  return family;
}

// Fields of /proc/self/stat by their number in proc(5), from 3 on. The command's name before
// them may hold spaces and brackets.
std::optional<double> stat_field(std::string_view stat, int number) {
  stat.remove_prefix(std::min(stat.size(), stat.rfind(')') + 2));
  for (int skipped = 3; skipped < number; ++skipped) {
    stat.remove_prefix(std::min(stat.size(), stat.find(' ')));
    stat.remove_prefix(stat.empty() ? 0 : 1);
  }
  double value = 0;
  const auto [end, error] = std::from_chars(stat.data(), stat.data() + stat.size(), value);
  if (error != std::errc()) return std::nullopt;
  return value;
}

// The boot time, from the line "btime SECONDS" of /proc/stat.
std::optional<double> boot_time() {
  const auto stat = read_file("/proc/stat");
  if (!stat) return std::nullopt;
  const std::size_t at = stat->find("\nbtime ");
  if (at == std::string::npos) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(stat->data() + at + 7, stat->data() + stat->size(), value);
  if (error != std::errc()) return std::nullopt;
  return value;
}

}  // namespace

std::string expose(std::vector<MetricFamily> families) {
  std::map<std::string, MetricFamily> by_name;
  for (MetricFamily& family : families) {
    if (family.metric.empty()) continue;
    auto [entry, added] = by_name.try_emplace(family.name);
    if (added) {
      entry->second = std::move(family);
    } else {
      std::ranges::move(family.metric, std::back_inserter(entry->second.metric));
    }
  }
  std::vector<MetricFamily> tidied;
  tidied.reserve(by_name.size());
  for (auto& [name, family] : by_name) {
    tidy(family);
    tidied.push_back(std::move(family));
  }
  return prometheus::TextSerializer().Serialize(tidied);
}

MetricFamily gauge_family(std::string name, std::string help) {
  return family_of(MetricType::Gauge, std::move(name), std::move(help));
}

MetricFamily counter_family(std::string name, std::string help) {
  return family_of(MetricType::Counter, std::move(name), std::move(help));
}

void add_sample(MetricFamily& family, LabelList labels, double value) {
  ClientMetric& metric = family.metric.emplace_back();
  metric.label.reserve(labels.size());
  for (const auto& [name, text] : labels) metric.label.push_back({std::string(name), std::string(text)});
  if (family.type == MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
}

std::vector<MetricFamily> process_families() {
  std::vector<MetricFamily> families;
  const auto gauge = [&families](std::string name, std::string help, std::optional<double> value) {
    if (value) families.push_back(single(MetricType::Gauge, std::move(name), std::move(help), *value));
  };
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));

  if (const auto stat = read_file("/proc/self/stat")) {
    const auto user = stat_field(*stat, 14);
    const auto system = stat_field(*stat, 15);
    if (user && system) {
      families.push_back(single(MetricType::Counter, "process_cpu_seconds_total",
                                "Total user and system CPU time spent in seconds.",
                                (*user + *system) / ticks));
    }
    gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.", stat_field(*stat, 23));
    const auto resident = stat_field(*stat, 24);
    if (resident) gauge("process_resident_memory_bytes", "Resident memory size in bytes.", *resident * page);
    const auto started = stat_field(*stat, 22);
    const auto boot = boot_time();
    if (started && boot) {
      gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.",
            *boot + *started / ticks);
    }
  }
  std::error_code error;
  const std::filesystem::directory_iterator fds("/proc/self/fd", error);
  if (!error) {
    // Without the iterator's own descriptor.
    gauge("process_open_fds", "Number of open file descriptors.",
          static_cast<double>(std::distance(begin(fds), end(fds)) - 1));
  }
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    gauge("process_max_fds", "Maximum number of open file descriptors.", static_cast<double>(limit.rlim_cur));
  }
  return families;
}

}  // namespace base
