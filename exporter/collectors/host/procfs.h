// Parsers of the kernel's text files. Pure: the text is passed in. A value that a file does not have is
// absent.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace exporter::collectors {

// /proc/stat: seconds of all CPUs together, by mode. Empty when the text is malformed.
std::vector<std::pair<std::string_view, double>> parse_cpu(std::string_view stat, double ticks_per_second);

struct Memory {
  std::uint64_t total = 0;
  std::uint64_t available = 0;
};
// /proc/meminfo, in bytes.
std::optional<Memory> parse_memory(std::string_view meminfo);

// /proc/loadavg: the mean over one minute.
std::optional<double> parse_load1(std::string_view loadavg);

struct FileDescriptors {
  std::uint64_t open = 0;
  std::uint64_t max = 0;
};
// /proc/sys/fs/file-nr.
std::optional<FileDescriptors> parse_file_nr(std::string_view file_nr);

// A file of /proc/pressure: seconds that some or all tasks waited, by kind (some, full).
std::vector<std::pair<std::string_view, double>> parse_pressure(std::string_view pressure);

// /proc/net/tcp or tcp6: adds to the number of sockets in each state ("established").
void count_tcp(std::string_view table, std::map<std::string_view, std::uint64_t>& by_state);
// Every state count_tcp() may name.
const std::vector<std::string_view>& tcp_states();
// A number of /proc/net/sockstat or sockstat6: socket_count(text, "UDP", "inuse").
std::optional<std::uint64_t> socket_count(std::string_view sockstat, std::string_view protocol,
                                          std::string_view key);

struct Mount {
  std::string mountpoint;
  std::string type;
  std::string device;  // major:minor; bind mounts share their file system's
};
// /proc/self/mountinfo, unescaped. Of several mounts on one point, the topmost.
std::vector<Mount> parse_mounts(std::string_view mountinfo);

}  // namespace exporter::collectors
