<?php
// Full-text search nearer to Wikipedia's than SearchSqlite, whose API default matches titles only,
// in the order of page ids, and does not part words at a non-ASCII dash.
// Here: title and text together, every word needed, title matches first, redirects resolved,
// accents ignored. No spelling suggestions and no stemming.
use Wikimedia\Rdbms\FakeResultWrapper;

class TestSearch extends SearchSqlite {

	private static function fold( string $text ): string {
		$text = Normalizer::normalize( $text, Normalizer::FORM_D ) ?: $text;
		return preg_replace( [ '/\p{Mn}+/u', '/[\x{2010}-\x{2015}?!]/u' ], [ '', ' ' ], $text ) ?? $text;
	}

	public function update( $id, $title, $text ) {
		parent::update( $id, self::fold( $title ), self::fold( "$title $text" ) );
	}

	protected function doSearchTitleInDB( $term ) {
		return null;  // "no separate title search": the API then searches the text, as on Wikipedia
	}

	protected function searchInternal( $term, $fulltext ) {
		$term = self::fold( $term );
		[ $limit, $offset ] = [ $this->limit, $this->offset ];
		[ $this->limit, $this->offset ] = [ 5000, 0 ];
		$set = parent::searchInternal( $term, $fulltext );
		[ $this->limit, $this->offset ] = [ $limit, $offset ];
		if ( $set === null ) {
			return null;
		}
		$plain = static fn ( $s ) => trim( preg_replace( '/[^\p{L}\p{N}]+/u', ' ',
			mb_strtolower( self::fold( $s ) ) ) );
		$wanted = $plain( $term );
		$words = $wanted === '' ? [] : explode( ' ', $wanted );
		$rows = [];
		foreach ( $set as $result ) {
			$title = $result->getTitle();
			if ( $title->isRedirect() ) {
				$title = MediaWiki\MediaWikiServices::getInstance()->getWikiPageFactory()
					->newFromTitle( $title )->getRedirectTarget() ?? $title;
			}
			$name = $plain( $title->getText() );
			$found = array_filter( $words, static fn ( $w ) => strpos( " $name ", " $w " ) !== false );
			$rows[$title->getPrefixedDBkey()] ??= [
				[ $name === $wanted ? 0 : 1, -count( $found ), strlen( $name ), $name ],
				(object)[ 'page_namespace' => $title->getNamespace(), 'page_title' => $title->getDBkey() ],
			];
		}
		usort( $rows, static fn ( $a, $b ) => $a[0] <=> $b[0] );
		$page = array_slice( array_column( $rows, 1 ), $offset, $limit );
		return new SqlSearchResultSet( new FakeResultWrapper( $page ), $this->searchTerms, count( $rows ) );
	}
}
