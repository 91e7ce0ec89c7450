#include "exporter/collectors/host/procfs.h"

#include <algorithm>
#include <array>

#include "exporter/collectors/text.h"

namespace exporter::collectors {
namespace {

// From include/net/tcp_states.h, by number.
constexpr std::array<std::string_view, 13> kTcpStates{
    "",      "established", "syn_sent", "syn_recv", "fin_wait1", "fin_wait2",   "time_wait",
    "close", "close_wait",  "last_ack", "listen",   "closing",   "new_syn_recv"};

// guest and guest_nice, which follow, are included in user and nice.
constexpr std::array<std::string_view, 8> kCpuModes{"user",   "nice", "system",  "idle",
                                                    "iowait", "irq",  "softirq", "steal"};

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

// The line that begins with `key`, without the key.
std::optional<std::string_view> line_of(std::string_view text, std::string_view key) {
  for (const auto line : split(text, '\n')) {
    if (line.starts_with(key)) return line.substr(key.size());
  }
  return std::nullopt;
}

std::optional<std::uint64_t> kilobytes(std::string_view text, std::string_view key) {
  const auto line = line_of(text, key);
  const auto number = line ? to_number(first_word(*line)) : std::nullopt;
  return number ? std::optional(*number * 1024) : std::nullopt;
}

// mountinfo writes a space, tab, newline and backslash as three octal digits.
std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto octal = [&](std::size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '7'; };
    if (text[i] == '\\' && octal(i + 1) && octal(i + 2) && octal(i + 3)) {
      plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

}  // namespace

std::vector<std::pair<std::string_view, double>> parse_cpu(std::string_view stat, double ticks_per_second) {
  const auto line = line_of(stat, "cpu ");
  if (!line) return {};
  std::vector<std::pair<std::string_view, double>> modes;
  const auto fields = words(*line);
  for (std::size_t i = 0; i < std::min(fields.size(), kCpuModes.size()); ++i) {
    if (const auto ticks = to_number(fields[i])) {
      modes.emplace_back(kCpuModes[i], static_cast<double>(*ticks) / ticks_per_second);
    }
  }
  return modes;
}

std::optional<Memory> parse_memory(std::string_view meminfo) {
  const auto total = kilobytes(meminfo, "MemTotal:");
  const auto available = kilobytes(meminfo, "MemAvailable:");
  if (!total || !available) return std::nullopt;
  return Memory{*total, *available};
}

std::optional<double> parse_load1(std::string_view loadavg) { return to_double(first_word(loadavg)); }

std::optional<FileDescriptors> parse_file_nr(std::string_view file_nr) {
  const auto fields = words(file_nr);
  if (fields.size() != 3) return std::nullopt;
  const auto open = to_number(fields[0]);
  const auto max = to_number(fields[2]);
  if (!open || !max) return std::nullopt;
  return FileDescriptors{*open, *max};
}

std::vector<std::pair<std::string_view, double>> parse_pressure(std::string_view pressure) {
  std::vector<std::pair<std::string_view, double>> kinds;
  for (const auto line : split(pressure, '\n')) {
    const auto at = line.find(" total=");
    const auto kind = first_word(line);
    if (at == line.npos || (kind != "some" && kind != "full")) continue;
    const auto microseconds = to_number(first_word(line.substr(at + 7)));
    if (microseconds) kinds.emplace_back(kind, static_cast<double>(*microseconds) / 1e6);
  }
  return kinds;
}

void count_tcp(std::string_view table, std::map<std::string_view, std::uint64_t>& by_state) {
  // "  sl  local_address rem_address   st …", the state in two hexadecimal digits.
  std::size_t line_start = table.find('\n');
  while (line_start != table.npos && line_start + 1 < table.size()) {
    auto line = table.substr(line_start + 1);
    line_start = table.find('\n', line_start + 1);
    for (int field = 0; field < 3; ++field) {
      line.remove_prefix(std::min(line.size(), line.find_first_not_of(' ')));
      line.remove_prefix(std::min(line.size(), line.find(' ')));
    }
    const auto state = first_word(line.substr(0, 8));
    if (state.size() != 2 || state[0] != '0') continue;
    const auto number = kHexDigits.find(state[1]);
    if (number > 0 && number < kTcpStates.size()) ++by_state[kTcpStates[number]];
  }
}

const std::vector<std::string_view>& tcp_states() {
  static const std::vector<std::string_view> states(kTcpStates.begin() + 1, kTcpStates.end());
  return states;
}

std::optional<std::uint64_t> socket_count(std::string_view sockstat, std::string_view protocol,
                                          std::string_view key) {
  const auto line = line_of(sockstat, std::string(protocol) + ":");
  if (!line) return std::nullopt;
  const auto fields = words(*line);
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
    if (fields[i] == key) return to_number(fields[i + 1]);
  }
  return std::nullopt;
}

std::vector<Mount> parse_mounts(std::string_view mountinfo) {
  std::vector<Mount> mounts;
  for (const auto line : split(mountinfo, '\n')) {
    // 36 35 98:0 /root /mountpoint options optional… - type source superoptions
    const auto fields = words(line);
    const auto dash = std::ranges::find(fields, "-");
    if (fields.size() < 7 || fields.end() - dash < 2) continue;
    Mount mount{unescape(fields[4]), std::string(dash[1]), std::string(fields[2])};
    const auto same = std::ranges::find(mounts, mount.mountpoint, &Mount::mountpoint);
    if (same != mounts.end()) {
      *same = std::move(mount);
    } else {
      mounts.push_back(std::move(mount));
    }
  }
  return mounts;
}

}  // namespace exporter::collectors
