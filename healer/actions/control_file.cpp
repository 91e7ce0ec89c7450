#include "healer/actions/control_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/os/descriptor.h"
#include "base/os/file.h"
#include "base/os/socket.h"
#include "base/text/utf8.h"
#include "healer/actions/undo.h"

namespace healer::actions {
namespace {

constexpr mode_t kReadable = 0644;
// A longer file is not a control file, and its content is not kept in the journal.
constexpr std::size_t kMostKept = 4096;

class ControlFile final : public Action {
 public:
  // No content: the file is removed.
  ControlFile(std::string path, std::optional<std::string> content, mode_t mode)
      : path_(std::move(path)), content_(std::move(content)), mode_(mode) {}

  std::string describe(const Target&) const override {
    return content_ ? fmt::format("write {:?} to {}", *content_, path_) : fmt::format("remove {}", path_);
  }

  base::Result<Outcome> run(const Target&, base::Deadline) override {
    const std::optional<Undo> undo = what_takes_it_back();
    if (content_) {
      if (auto written = base::write_atomically(path_, *content_ + "\n", mode_); !written) {
        return std::unexpected(written.error());
      }
      return Outcome{.detail = fmt::format("wrote {:?} to {}", *content_, path_), .undo = undo};
    }
    if (::unlink(path_.c_str()) != 0) {
      if (errno == ENOENT) return Outcome{fmt::format("{} did not exist", path_)};
      return base::fail("remove {}: {}", path_, base::errno_text(errno));
    }
    const std::string folder = std::filesystem::path(path_).parent_path();
    const base::Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (auto synced = base::sync(opened.get()); !synced) {
      return base::wrap(synced.error(), "remove {}", path_);
    }
    return Outcome{.detail = fmt::format("removed {}", path_), .undo = undo};
  }

 private:
  // The undo restores the present content. If that equals the content to be written, an interrupted earlier
  // run wrote it, and the file did not exist before.
  std::optional<Undo> what_takes_it_back() const {
    struct stat before{};
    const bool there = ::lstat(path_.c_str(), &before) == 0;
    if (!there && errno != ENOENT) return std::nullopt;
    if (!there) {
      return content_ ? std::optional(make_undo("file", {{"path", path_}, {"absent", "true"}}))
                      : std::nullopt;
    }
    if (!S_ISREG(before.st_mode)) return std::nullopt;
    auto kept = base::read_file(path_, kMostKept);
    if (!kept || !base::is_utf8(*kept)) return std::nullopt;
    if (kept->ends_with('\n')) kept->pop_back();
    if (content_ == *kept) return make_undo("file", {{"path", path_}, {"absent", "true"}});
    return make_undo(
        "file",
        {{"path", path_}, {"content", *kept}, {"mode", fmt::format("{:04o}", before.st_mode & 0777)}});
  }

  std::string path_;
  std::optional<std::string> content_;
  mode_t mode_;
};

mode_t read_mode(const base::yaml::Node& node) {
  const std::string text = node.string("0644");
  if (text.empty() || text.size() > 4 || text.find_first_not_of("01234567") != std::string::npos ||
      (text.size() == 4 && text.front() != '0')) {
    node.problem(fmt::format("\"{}\" is not a file mode such as \"0644\"", text));
    return kReadable;
  }
  return static_cast<mode_t>(std::stoul(text, nullptr, 8));
}

}  // namespace

std::unique_ptr<Action> make_control_file(const base::yaml::Node& parameters, const World&) {
  parameters.only({"path", "content", "mode", "absent"});
  const auto path = parameters.required("path");
  std::string name = path.non_empty_string();
  if (!name.empty() && (!name.starts_with('/') || name.ends_with('/'))) {
    path.problem(fmt::format("\"{}\" is not the absolute path of a file", name));
  }
  const auto content = parameters.optional("content");
  const auto mode = parameters.optional("mode");
  const bool absent = parameters.optional("absent").boolean();
  if (absent == content.present()) parameters.problem("needs either `content` or `absent: true`");
  if (absent && mode.present()) mode.problem("must not be set with `absent: true`");
  return std::make_unique<ControlFile>(
      std::move(name), absent ? std::nullopt : std::optional(content.string()), read_mode(mode));
}

}  // namespace healer::actions
