#include "exporter/tail/checkpoint.h"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/os/file.h"
#include "exporter/tail/state_text.h"

namespace exporter::tail {
namespace {

// Far more than a thousand patterns of hundreds of sources need.
constexpr std::size_t kMaxBytes = std::size_t{1} << 30;

}  // namespace

Checkpoint::Checkpoint(const std::string& folder) : folder_(folder), path_(folder + "/log-state") {}

base::Result<Checkpoint::Loaded> Checkpoint::load(base::WallTime now) const {
  std::error_code error;
  if (!std::filesystem::exists(path_, error)) {
    if (error) return base::fail("read {}: {}", path_, error.message());
    return Loaded{};
  }
  const auto text = base::read_file(path_, kMaxBytes);
  if (!text) return std::unexpected(text.error());
  auto sources = read_state(*text);
  if (sources) return Loaded{.sources = std::move(*sources), .existed = true, .quarantined = ""};

  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  const std::string aside = fmt::format("{}.{}", path_, seconds);
  std::filesystem::rename(path_, aside, error);
  if (error) return base::fail("rename {} to {}: {}", path_, aside, error.message());
  return Loaded{.sources = {},
                .existed = true,
                .quarantined = fmt::format("{} cannot be used: {}; renamed to {}", path_,
                                           sources.error().message, aside)};
}

base::Result<> Checkpoint::save(const std::vector<SourceState>& sources, base::WallTime now) const {
  std::error_code ignored;  // the write below returns a better error
  std::filesystem::create_directory(folder_, ignored);
  return base::write_atomically(path_, write_state(sources, now));
}

}  // namespace exporter::tail
