# shellcheck shell=bash disable=SC1091,SC2154  # shared with run
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Debian's kernel packages, into the cache. apt does the finding, the downloading
# and the verifying, under a configuration of its own: nothing is installed, and the
# system's package lists are not touched. The mirrors and the keyring are those that
# the machine's own apt configuration names.

# host_mirrors: "ARCHIVE-URI SECURITY?(0|1) FILE" for each Debian source of the machine.
# Before the first apt-get update apt knows no origin; then the suite's name decides.
host_mirrors() {
	local origin uri suite component entry codename
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	# shellcheck disable=SC2016  # apt's placeholders, not the shell's
	apt-get indextargets --format '$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(SOURCESENTRY)' \
		'Created-By: Packages' |
	while IFS='|' read -r origin uri suite component entry; do
		case $origin/$suite in
		Debian/* | Debian-Security/*) ;;
		\$*/"$codename" | /"$codename" | \$*/"$codename"-security | /"$codename"-security) ;;
		*) continue ;;
		esac
		[ "$component" = main ] || continue
		case $suite in *-security) suite=1 ;; *) suite=0 ;; esac
		echo "$uri $suite ${entry%:*}"
	done | sort -u
}

# signed_by FILE: the keyring that this source file names, as a deb822 line.
signed_by() {
	grep -oiE '(^signed-by:|signed-by=)[[:space:]]*/[^], ]+' "$1" | head -n 1 |
		sed -E 's/^[^/]*/Signed-By: /'
}

# write_sources FILE MAIN-SUITES SECURITY-SUITES
write_sources() {
	local uri security entry suites mirrors
	mirrors=$(host_mirrors)
	[ -n "$mirrors" ] || die "apt's configuration names no Debian mirror"
	while read -r uri security entry; do
		suites=$2
		if [ "$security" = 1 ]; then suites=$3; fi
		printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nArchitectures: amd64\nTargets: Packages\n' \
			"$uri" "$suites"
		signed_by "$entry"
		echo
	done <<<"$mirrors" >"$1"
}

# apt_set NAME: a directory with sources, lists and caches of its own, up to date.
# "own" holds the machine's release, "all" what any Debian suite has. A suite that
# the mirror lacks, or no network at all, is not an error: what is asked for next is
# found in the lists, or it is not.
apt_set() {
	local dir=$cache/apt-$1 codename stable
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	[ -n "$codename" ] || die "/etc/os-release names no release"
	mkdir -p "$dir"/{sources,lists/partial,cache/archives/partial} || die "cannot write the cache $dir"
	if [ "$1" = own ]; then
		write_sources "$dir/sources/debian.sources" "$codename $codename-updates" "$codename-security"
	else
		stable='stable stable-updates stable-backports'
		write_sources "$dir/sources/debian.sources" \
			"$codename $codename-updates $codename-backports $stable testing unstable experimental" \
			"$codename-security stable-security testing-security"
	fi
	cat >"$dir/apt.conf" <<-EOF
		Dir::Etc::SourceList "/dev/null";
		Dir::Etc::SourceParts "$dir/sources";
		Dir::State::Lists "$dir/lists";
		Dir::Cache "$dir/cache";
		Acquire::Languages "none";
		APT::Architecture "amd64";
		APT::Sandbox::User "";
		#clear APT::Update::Pre-Invoke;
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
	EOF
	apt-get -c "$dir/apt.conf" -qq update >"$dir/update.log" 2>&1 ||
		say "some package lists could not be had, see $dir/update.log"
}

apt_names() {
	apt-cache -c "$cache/apt-$1/apt.conf" pkgnames "$2"
}

# default_release: the kernel that the machine's release depends on.
default_release() {
	apt-cache -c "$cache/apt-own/apt.conf" show --no-all-versions linux-image-amd64 2>/dev/null |
		sed -nE 's/^Depends:.*linux-image-([0-9][^ ,]*).*/\1/p' | head -n 1
}

# complete_releases SET: "RELEASE PACKAGE..." for each kernel of which the set has all packages. Up to 6.18 linux-image
# holds kernel and modules. From 6.19 on it is empty: linux-binary holds the kernel and linux-modules the modules. An
# archive may have lost one of the two.
complete_releases() {
	apt_names "$1" linux- | awk '
		/^linux-image-/ { image[substr($0, 13)] }
		/^linux-binary-/ { binary[substr($0, 14)] }
		/^linux-modules-/ { modules[substr($0, 15)] }
		END {
			for (release in image)
				if (release in binary && release in modules)
					print release, "linux-binary-" release, "linux-modules-" release
				else if (!(release in binary || release in modules))
					print release, "linux-image-" release
		}' | grep -E '^[0-9][0-9a-z.+~]*(-[0-9]+)?-amd64 '
}

# newest_release SERIES: the newest complete one that apt-set "all" offers. sort -V and not
# the package's version, so that 6.12.95+deb13 and +deb12 count as the same kernel.
newest_release() {
	complete_releases all | cut -d ' ' -f 1 | grep_series "$1" | sort -V | tail -n 1
}

# fetch_release SET RELEASE: downloads, unpacks and completes it aside, then renames,
# so that a kernel in the cache is a whole one.
fetch_release() {
	local set=$1 release=$2 dir=$cache/kernels/$2 new=$cache/kernels/.new.$2 name packages=()
	[ -e "$dir/vmlinux" ] && return
	read -ra packages < <(complete_releases "$set" | sed -n "s/^${release//./\\.} //p")
	[ ${#packages[@]} -gt 0 ] || die "no Debian suite has all packages of the kernel $release"
	say "fetching ${packages[*]}"
	rm -rf "$new"
	mkdir -p "$new/deb" "$new/root" || die "cannot write the cache $new"
	(cd "$new/deb" && apt-get -c "$cache/apt-$set/apt.conf" -qq download "${packages[@]}") ||
		die "cannot download ${packages[*]}"
	for name in "$new"/deb/*.deb; do
		dpkg-deb -x "$name" "$new/root" || die "cannot unpack $name"
		dpkg-deb -f "$name" Version >"$new/version"
	done
	lay_out "$release" "$new"
	rm -rf "$dir"
	mv -T "$new" "$dir"
}

# lay_out RELEASE DIR: from what the packages hold to what the runner uses: vmlinux,
# and usr/lib/modules/RELEASE, which older ones have under lib.
lay_out() {
	local release=$1 new=$2 root=$2/root image
	image=$(find "$root" -name "vmlinuz*" -type f | head -n 1)
	[ -n "$image" ] || die "the packages of $release hold no kernel"
	extract_vmlinux "$image" "$new/vmlinux" # first: it may lie among the modules
	mkdir -p "$new/usr/lib/modules"
	ln -s usr/lib "$new/lib"
	if [ -d "$root/usr/lib/modules/$release" ]; then
		mv "$root/usr/lib/modules/$release" "$new/usr/lib/modules/"
	else
		mv "$root/lib/modules/$release" "$new/usr/lib/modules/"
	fi || die "the packages of $release hold no modules"
	cp "$root/boot/config-$release" "$new/config" 2>/dev/null
	rm -rf "$root" "$new/deb"
	# It warns of lists that newer packages leave to the installation.
	depmod -b "$new" "$release" 2>/dev/null || die "depmod failed for $release"
}
