#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# mce.pl WORK - items through MCE::Map, with two children: in chunks of 1000
# ("item") or one by one ("one").
use strict;
use warnings;

use MCE::Map;
use Time::HiRes qw(time);

my %works = (item => [1_000_000, 1000], one => [20_000, 1]);
my ($count, $chunk) = @{$works{$ARGV[0] // ''} // die "no such work\n"};

sub run {
	my ($last) = @_;
	my @results = mce_map_s { pack('Q', $_ * 2) } 1, $last;
	die "results are missing\n" if @results != $last;
	return;
}

MCE::Map->init(max_workers => 2, chunk_size => $chunk);
run($count / 10);    # also starts the children
my $start = time;
run($count);
printf "%.6f\n", (time - $start) * 1e6 / $count;
MCE::Map->finish;
