<?php
// Read after the generated LocalSettings.php. Everything here is a stock MediaWiki setting or hook.
$wgServer = 'http://127.0.0.1:' . ( getenv( 'WIKI_PORT' ) ?: '80' );
$wgArticlePath = '/wiki/$1';

// Small, quiet, no background work, nothing kept between requests.
$wgMainCacheType = CACHE_NONE;
$wgParserCacheType = CACHE_NONE;
$wgMessageCacheType = CACHE_NONE;
$wgSessionCacheType = CACHE_DB;
$wgCacheDirectory = __DIR__ . '/cache';
$wgLocalisationCacheConf['store'] = 'array';
$wgLocalisationCacheConf['storeDirectory'] = __DIR__ . '/cache';
$wgLocalisationCacheConf['manualRecache'] = true;
$wgJobRunRate = 0;
$wgEnableUploads = false;
$wgUseInstantCommons = false;
$wgEnableEmail = false;
$wgPingback = false;
$wgShowExceptionDetails = true;
$wgGroupPermissions['*']['createaccount'] = false;
$wgGroupPermissions['*']['edit'] = false;

// Over HTTP the wiki is read-only: no SQLite write locks between the workers.
if ( PHP_SAPI === 'cli-server' ) {
	$wgReadOnly = 'This wiki is a fixture.';
}

// The page property "disambiguation", which Wikipedia gets from the Disambiguator extension
// (not in Debian's package): the same double underscore word, registered by the same core hook.
$wgExtensionMessagesFiles['TestDisambiguation'] = __DIR__ . '/disambiguation.magic.php';
$wgHooks['GetDoubleUnderscoreIDs'][] = static function ( array &$ids ) {
	$ids[] = 'disambiguation';
};

$wgAutoloadClasses['TestSearch'] = __DIR__ . '/TestSearch.php';
$wgSearchType = 'TestSearch';
