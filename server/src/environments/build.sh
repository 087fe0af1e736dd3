#!/bin/sh
# Resolves requirements.in to a lock with hashes and installs it once for its digest.
# $1 environments folder, $2 tools folder, $3 uv version, $4 python version or "", all else comes from the working folder.
set -eu
environments=$1 tools=$2 uv_version=$3 python=$4
uv="$tools/uv-$uv_version/bin/uv"

if [ ! -x "$uv" ]; then
  echo "installing uv $uv_version (once)"
  (
    flock 9
    if [ ! -x "$uv" ]; then
      rm -rf "$tools/uv-$uv_version.new"
      python3 -m pip install --quiet --no-input --root-user-action=ignore --target "$tools/uv-$uv_version.new" "uv==$uv_version"
      rm -rf "$tools/uv-$uv_version"
      mv "$tools/uv-$uv_version.new" "$tools/uv-$uv_version"
    fi
  ) 9>"$tools/uv.lock"
fi

interpreter=python3
if [ -n "$python" ]; then
  interpreter=$("$uv" python find --no-python-downloads "$python" 2>/dev/null) || {
    echo "python-unavailable: there is no Python $python on this machine; install it, or leave the version out" >&2
    exit 3
  }
fi
version=$("$interpreter" -c 'import sys; print(".".join(map(str, sys.version_info[:3])))')
echo "resolving for Python $version"
"$uv" pip compile --quiet --no-header --no-annotate --generate-hashes --python "$interpreter" --no-python-downloads requirements.in -o lock.txt
digest=$("$interpreter" digest.py "$version")
folder="$environments/$digest"
echo "lock has $(grep -c '==' lock.txt || true) packages, digest $digest"

reused=true
exec 8>"$environments/$digest.lock"
flock 8
if [ ! -e "$folder/.ready" ]; then
  reused=false
  rm -rf "$folder"
  "$uv" venv --quiet --no-python-downloads --python "$interpreter" --seed "$folder"
  # Hard links do not cross file systems, and a mirror may tell the resolver of a release that its pages do not list yet: once more, read anew.
  "$uv" pip sync --python "$folder/bin/python" --require-hashes --link-mode hardlink lock.txt 2>&1 ||
    "$uv" pip sync --python "$folder/bin/python" --require-hashes --refresh lock.txt
  "$folder/bin/python" -m compileall -q -j 2 "$folder/lib" >/dev/null 2>&1 || true
  chmod -R a+rX,a-w "$folder" 2>/dev/null || true
  # What was built, for ever after: kept beside the folder and, by the server, among the blobs.
  "$interpreter" -I manifest.py "$folder" >"$environments/$digest.manifest.new"
  mv "$environments/$digest.manifest.new" "$environments/$digest.manifest"
  chmod u+w "$folder" && : >"$folder/.ready" && chmod a-w "$folder"
else
  echo "this digest was built before and is used again"
fi
size=$(du -sk "$folder" | cut -f1)
printf '{"digest":"%s","python":"%s","platform":"%s","sizeBytes":%s,"reused":%s}\n' "$digest" "$version" "$(uname -s | tr A-Z a-z)-$(uname -m)" "$((size * 1024))" "$reused" >result.json
echo "ready"
