#include "analyzers/domains/words.hpp"
#include "analyzers/risk/relation_rules.hpp"

#include <fmt/format.h>

#include <utility>

namespace leadline {
namespace {

// Of the container's memory: what is left is too little for threads, code and buffers.
constexpr double k_share = 90;

bool is_share(const Setting& setting) { return has_phrase(leaf_of(setting), "max ram percentage"); }

std::optional<double> heap_bytes(const Setting& heap) {
  const auto value =
      SettingsByPath::value_of(heap, has_phrase(leaf_of(heap), "old space") ? "MB" : "B");
  return value && value->dimension == Dimension::bytes ? std::optional(value->value) : std::nullopt;
}

// To Kubernetes "512m" is half a byte, which nobody writes: with a small letter it is Compose's or
// systemd's.
std::optional<double> limit_bytes(const Setting& limit) {
  const char last = limit.value.empty() ? ' ' : limit.value.back();
  const bool small = last == 'k' || last == 'm' || last == 'g' || last == 'b';
  const auto value = SettingsByPath::value_of(limit, small ? "B" : "kubernetes-bytes");
  return value && value->dimension == Dimension::bytes ? std::optional(value->value) : std::nullopt;
}

bool fills(const Setting* heap, const Setting* limit) {
  const auto a = heap == nullptr ? std::nullopt : heap_bytes(*heap);
  const auto b = limit == nullptr ? std::nullopt : limit_bytes(*limit);
  return a && b && *a >= *b;
}

// `other`: which of the two stands in the file at `path`; "" both in the same.
Relation too_large(const SettingChange& change, const Setting& heap, const Setting& limit,
                   const Setting& other, const std::string& path) {
  Relation made = make_relation(
      change, "relation.heap_over_memory", 2.1,
      fmt::format("a heap of {} in {} of memory{}", heap.value, limit.value,
                  path.empty() ? "" : " (" + path + ")"),
      "The kernel kills the container as soon as the heap fills, without a word in its log.",
      "Leave room for threads, buffers and the runtime itself: a quarter is usual.");
  rest_on(made, &other, path);
  return made;
}

// What may stand in another file: the one heap, or the one limit. None where there are several
// values.
struct Others {
  const Setting* after = nullptr;
  const Setting* before = nullptr;
  std::string path;
  bool several = false;

  void take(const std::vector<Setting>& settings, const std::string& from, bool heaps, bool now) {
    for (const Setting& setting : settings) {
      if (heaps ? is_heap(setting) : is_memory_limit(setting)) {
        const Setting*& place = now ? after : before;
        several = several || (place != nullptr && place->value != setting.value);
        path = place == nullptr && now ? from : path;
        place = &setting;
      }
    }
  }
};

} // namespace

// A heap that does not fit under the memory limit that shares most of its path.
std::optional<Relation> heap_over_memory(const SettingChange& change, const SettingsByPath& before,
                                         const SettingsByPath& after) {
  const Setting& changed = *change.new_setting;
  if (!is_heap(changed) && !is_memory_limit(changed)) {
    return std::nullopt;
  }
  const auto shared = [](const Segments& a, const Segments& b) {
    std::size_t n = 0;
    while (n < a.size() && n < b.size() && a[n] == b[n]) {
      ++n;
    }
    return n;
  };
  const auto broken =
      [&](const SettingsByPath& version) -> std::pair<const Setting*, const Setting*> {
    const Setting* here = version.at(changed.key.segments);
    const Setting* other = nullptr;
    std::size_t best = 0;
    if (here == nullptr) {
      return {};
    }
    for (const Setting* setting : is_heap(*here) ? version.limits : version.heaps) {
      const std::size_t n = shared(setting->key.segments, changed.key.segments);
      if (other == nullptr || n > best) {
        other = setting;
        best = n;
      }
    }
    const Setting* heap = is_heap(*here) ? here : other;
    const Setting* limit = is_heap(*here) ? other : here;
    return fills(heap, limit) ? std::pair(heap, limit)
                              : std::pair<const Setting*, const Setting*>();
  };
  const auto [heap, limit] = broken(after);
  if (heap == nullptr || broken(before).first != nullptr) {
    return std::nullopt;
  }
  return too_large(change, *heap, *limit, is_heap(changed) ? *limit : *heap, "");
}

// https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html (MaxRAMPercentage, 25 without
// it)
std::optional<Relation> heap_share_of_memory(const SettingChange& change, const SettingsByPath&,
                                             const SettingsByPath&) {
  const auto share = [](const std::optional<Setting>& setting) {
    const auto value = setting ? SettingsByPath::value_of(*setting, "%") : std::nullopt;
    return value && value->dimension == Dimension::percent ? value->value : 0;
  };
  if (!is_share(*change.new_setting) || share(change.new_setting) < k_share ||
      share(change.old_setting) >= k_share) {
    return std::nullopt;
  }
  return make_relation(
      change, "relation.heap_over_memory", 2.1,
      fmt::format("a heap of {:g} % of the container's memory", share(change.new_setting)),
      "The kernel kills the container as soon as the heap fills, without a word in its log.",
      "Leave room for threads, buffers and the runtime itself: a quarter is usual.");
}

void find_heaps_over_memory(std::span<const RelationFile> files, Neighbours& neighbours,
                            std::vector<Relation>& found) {
  for (const RelationFile& file : files) {
    for (const SettingChange* change : file.changes) {
      const Setting& changed = *change->new_setting;
      const bool heap = is_heap(changed);
      if (!heap && !is_memory_limit(changed)) {
        continue;
      }
      // In its own file the other one is looked for by heap_over_memory().
      Others own;
      own.take(file.new_settings, "", !heap, true);
      Others twins;
      twins.take(file.new_settings, "", heap, true);
      if (own.after != nullptr || twins.several) {
        continue;
      }
      Others others;
      for (const RelationFile* other : neighbours.changed(file)) {
        others.take(other->new_settings, other->context->path, !heap, true);
        others.take(other->old_settings, other->context->path, !heap, false);
      }
      for (const Neighbours::File* other : neighbours.around(file.context->path)) {
        others.take(other->settings, other->path, !heap, true);
        others.take(other->settings, other->path, !heap, false);
      }
      const Setting* was = change->old_setting ? &*change->old_setting : nullptr;
      if (others.several ||
          !fills(heap ? &changed : others.after, heap ? others.after : &changed) ||
          fills(heap ? was : others.before, heap ? others.before : was)) {
        continue;
      }
      found.push_back(too_large(*change, heap ? changed : *others.after,
                                heap ? *others.after : changed, *others.after, others.path));
    }
  }
}

} // namespace leadline
